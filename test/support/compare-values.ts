/** How values compare, in memory: text by code point, versions naturally, absent values last. */

import { isDeepStrictEqual } from 'node:util'
import type { Field } from '../../src/template/model.ts'

export type Compare = (a: unknown, b: unknown) => number

export function compareAbsentLast(a: unknown, b: unknown, compare: Compare): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return compare(a, b)
}

/** Compares two values of a field; if they have no order, 0 for equal ones and otherwise 1. */
export function compareOf(field: Field): Compare {
  if (field.list) return compareDeep
  switch (field.type) {
    case 'int':
    case 'float':
      return compareNumber
    case 'bigint':
      return (a, b) => compareBigint(BigInt(String(a)), BigInt(String(b)))
    case 'json':
      return (a, b) => {
        if (typeof a === 'number' && typeof b === 'number') return compareNumber(a, b)
        if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
        // Other kinds, and different ones, have no order.
        return isDeepStrictEqual(a, b) ? 0 : Number.NaN
      }
    case 'boolean':
      return (a, b) => Number(a) - Number(b)
    case 'datetime':
      return compareMoment
    case 'duration':
      return (a, b) => compareBigint(microsecondsOf(String(a)), microsecondsOf(String(b)))
    case 'version':
      return (a, b) => compareVersion(String(a), String(b))
    case 'enum':
      return (a, b) => field.values.indexOf(String(a)) - field.values.indexOf(String(b))
    case 'uuid':
      return compareUuid
    case 'object':
      return compareDeep
    default:
      return (a, b) => compareText(String(a), String(b))
  }
}

export function metaCompare(meta: string): Compare {
  if (meta === 'version') return (a, b) => Number(a) - Number(b)
  if (meta === 'uuid') return compareUuid
  return meta.endsWith('Time') ? compareMoment : (a, b) => compareText(String(a), String(b))
}

const compareDeep: Compare = (a, b) => (isDeepStrictEqual(a, b) ? 0 : 1)
export const compareNumber: Compare = (a, b) => Math.sign(Number(a) - Number(b))
const compareUuid: Compare = (a, b) => compareText(String(a).toLowerCase(), String(b).toLowerCase())
const compareMoment: Compare = (a, b) => compareBigint(microseconds(String(a)), microseconds(String(b)))

function compareBigint(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Microseconds since 1970; Date keeps only milliseconds. */
function microseconds(moment: string): bigint {
  const fraction = /\.(\d+)/.exec(moment)?.[1] ?? ''
  return BigInt(Date.parse(moment.replace(/\.\d+/, ''))) * 1_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6))
}

const secondsOf: Readonly<Record<string, bigint>> = { w: 604_800n, d: 86_400n, h: 3_600n, m: 60n, s: 1n }

/** Of a duration in its stored form, or as a caller writes it without milliseconds. */
export function microsecondsOf(duration: string): bigint {
  return [...duration.toLowerCase().matchAll(/(\d+)(?:\.(\d+))?([wdhms])/g)].reduce(
    (sum, [, whole = '', fraction = '', unit = '']) =>
      sum + BigInt(whole) * (secondsOf[unit] ?? 0n) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0')),
    0n,
  )
}

/** Compares by code point; JavaScript's `<` compares UTF-16 units, which puts U+E000 after U+1F600. */
export function compareText(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = Number(left[i]?.codePointAt(0)) - Number(right[i]?.codePointAt(0))
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** Runs of digits as numbers, other characters by code point, a number as the digit 0 among them; the shorter one first. */
function compareVersion(a: string, b: string): number {
  const left = a.match(/[0-9]+|[^0-9]/gu) ?? []
  const right = b.match(/[0-9]+|[^0-9]/gu) ?? []
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x = '', y = ''] = [left[i], right[i]]
    const isNumber = [x, y].map((part) => /^[0-9]/.test(part))
    const difference =
      isNumber[0] && isNumber[1]
        ? compareBigint(BigInt(x), BigInt(y))
        : compareText(isNumber[0] ? '0' : x, isNumber[1] ? '0' : y)
    if (difference !== 0) return difference
  }
  return left.length - right.length || compareText(a, b)
}
