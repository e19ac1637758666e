/** Evaluates groups, aggregates and orderings through references over objects in memory, like evaluate.ts for filters. */

import type { Field } from '../../src/template/model.ts'
import { compareAbsentLast, compareOf, metaCompare, microsecondsOf } from './compare-values.ts'
import { compareBy, groupsOf, groupValueOf, type Memory, type MemoryObject, targetsOf, type Where } from './evaluate.ts'

type Objects = readonly MemoryObject[]

export interface GroupRequest {
  readonly by: readonly string[]
  /** Field or `_meta.createTime` → bucket, in the order of the template. */
  readonly buckets: readonly (readonly [name: string, bucket: string])[]
  readonly orderBy: string
  readonly first: number
}

export interface MemoryGroup {
  /** Field or `_meta.createTime` → value; a reference as the uuid of its target, null if there is none. */
  readonly key: Readonly<Record<string, unknown>>
  readonly objects: Objects
}

export function groupBy(objects: Objects, request: GroupRequest, memory: Memory): readonly MemoryGroup[] {
  const terms = [
    ...request.by.map((name) => ({ name, valueIn: (object: MemoryObject) => groupValueOf(object, name, memory) })),
    ...request.buckets.map(([name, bucket]) => ({
      name,
      valueIn(object: MemoryObject) {
        const meta = /^_meta\.(.*)/.exec(name)?.[1]
        const time = meta ? object.meta[meta] : object.document[name]
        const start = time === undefined ? null : bucketOf(String(time), bucket)
        return start !== null && !meta && fieldOf(object, name, memory).type === 'date' ? start.slice(0, 10) : start
      },
    })),
  ]
  const groups = [...groupsOf(objects, (object) => terms.map(({ valueIn }) => valueIn(object))).values()]
  const compareTerms = (a: MemoryObject, b: MemoryObject) =>
    terms.reduce((result, { name, valueIn }) => {
      const [x, y] = [valueIn(a) ?? undefined, valueIn(b) ?? undefined]
      const field = name.startsWith('_meta') ? undefined : fieldOf(a, name, memory)
      return result || compareAbsentLast(x, y, field ? compareOf(field) : metaCompare('createTime'))
    }, 0)
  return groups
    .sort((a, b) => {
      const bySize = request.orderBy === 'COUNT' ? b.length - a.length : 0
      return bySize || compareTerms(a[0] as MemoryObject, b[0] as MemoryObject)
    })
    .slice(0, request.first)
    .map((group) => {
      const one = group[0] as MemoryObject
      const key = terms.map(({ name, valueIn }) => {
        const field = name.startsWith('_meta') ? undefined : fieldOf(one, name, memory)
        return [name, field?.reference ? (targetsOf(one, field, memory)[0]?.meta['uuid'] ?? null) : valueIn(one)]
      })
      return { key: Object.fromEntries(key), objects: group }
    })
}

/** The start of the bucket in UTC: `2026-11-22T00:00:00.000Z`. */
function bucketOf(time: string, bucket: string): string {
  const start = new Date(time)
  start.setUTCMilliseconds(0)
  start.setUTCSeconds(0)
  if (bucket !== 'MINUTE') start.setUTCMinutes(0)
  if (bucket !== 'MINUTE' && bucket !== 'HOUR') start.setUTCHours(0)
  if (bucket === 'WEEK') start.setUTCDate(start.getUTCDate() - ((start.getUTCDay() + 6) % 7))
  if (['MONTH', 'QUARTER', 'YEAR'].includes(bucket)) start.setUTCDate(1)
  if (bucket === 'QUARTER') start.setUTCMonth(Math.floor(start.getUTCMonth() / 3) * 3)
  if (bucket === 'YEAR') start.setUTCMonth(0)
  return start.toISOString()
}

/** The least (`asc`) or greatest (`desc`) value of a field; null if there is none. */
export function extremeOf(objects: Objects, field: Field, direction: 'asc' | 'desc'): unknown {
  const values = valuesOf(objects, field)
  const sorted = [...values].sort(compareOf(field))
  return (direction === 'asc' ? sorted[0] : sorted.at(-1)) ?? null
}

export function extremeMetaOf(objects: Objects, name: string, direction: 'asc' | 'desc'): unknown {
  const sorted = objects.map((object) => object.meta[name]).sort(metaCompare(name))
  return (direction === 'asc' ? sorted[0] : sorted.at(-1)) ?? null
}

function valuesOf(objects: Objects, field: Field): unknown[] {
  return objects.map((object) => object.document[field.name]).filter((value) => value !== undefined)
}

const decimals = 800

/** In GraphQL's form: a text of digits for bigint, otherwise a number, or null if it is beyond a number. */
export function sumOf(objects: Objects, field: Field): string | number | null {
  const values = valuesOf(objects, field)
  if (values.length === 0) return null
  if (field.type === 'duration') return printLength(values.reduce<bigint>((sum, one) => sum + lengthOf(one), 0n))
  const sum = exactSum(values)
  if (field.type === 'bigint') return String(sum / 10n ** BigInt(decimals))
  const number = toNumber(sum)
  return Number.isFinite(number) ? number : null
}

export function averageOf(objects: Objects, field: Field): number | string | null {
  const values = valuesOf(objects, field)
  if (field.type === 'duration' && values.length > 0) {
    const [sum, count] = [values.reduce<bigint>((all, one) => all + lengthOf(one), 0n), BigInt(values.length)]
    return printLength((2n * sum + count) / (2n * count))
  }
  return values.length === 0 ? null : toNumber(exactSum(values) / BigInt(values.length))
}

function lengthOf(duration: unknown): bigint {
  return microsecondsOf(String(duration))
}

/** The duration with this number of microseconds. */
function printLength(microseconds: bigint): string {
  const seconds = microseconds / 1_000_000n
  const amounts = [
    [seconds / 86_400n, 'D'],
    [(seconds / 3_600n) % 24n, 'H'],
    [(seconds / 60n) % 60n, 'M'],
    [
      `${seconds % 60n}.${String(microseconds % 1_000_000n).padStart(6, '0')}`
        .replace(/\.0+$/, '')
        .replace(/(\.\d*?)0+$/, '$1'),
      'S',
    ],
  ] as const
  const [days = '', ...clock] = amounts.map(([amount, unit]) => (/^0?$/.test(String(amount)) ? '' : `${amount}${unit}`))
  const time = clock.join('')
  return `P${days}${time !== '' ? `T${time}` : days === '' ? 'T0S' : ''}`
}

/** In units of 1e-800. */
function exactSum(values: readonly unknown[]): bigint {
  return values.reduce<bigint>((sum, value) => {
    const [, sign, whole = '', fraction = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? []
    const digits = BigInt(whole + fraction) * 10n ** BigInt(decimals + Number(exponent) - fraction.length)
    return sign ? sum - digits : sum + digits
  }, 0n)
}

function toNumber(exact: bigint): number {
  return Number(`${exact}e-${decimals}`)
}

/** An `orderBy` that may lead through references, as a comparison of objects; ties end in the key, ascending. */
export function compareByPaths(
  orderBy: readonly Where[],
  memory: Memory,
): (a: MemoryObject, b: MemoryObject) => number {
  if (orderBy.length === 0) return compareBy([], memory)
  const comparisons = orderBy.map((term) => (a: MemoryObject, b: MemoryObject) => {
    const [x, y] = [follow(a, term, memory), follow(b, term, memory)]
    const result = compareAbsentLast(x.value, y.value, x.compare ?? y.compare ?? (() => 0))
    return x.direction === 'desc' ? -result : result
  })
  // A term that no object has does not distinguish objects.
  const byKey = compareBy([{ _meta: { nothing: 'asc' } }], memory)
  return (a, b) => [...comparisons, byKey].reduce((result, compare) => result || compare(a, b), 0)
}

interface Followed {
  readonly value: unknown
  readonly compare: ((a: unknown, b: unknown) => number) | undefined
  readonly direction: unknown
}

function follow(object: MemoryObject, term: Where, memory: Memory): Followed {
  const [name, inner] = Object.entries(term)[0] as [string, unknown]
  if (name === '_meta') {
    const [meta, direction] = Object.entries(inner as Where)[0] as [string, unknown]
    return { value: object.meta[meta] ?? undefined, compare: metaCompare(meta), direction }
  }
  const field = fieldOf(object, name, memory)
  if (!field.reference) return { value: object.document[name], compare: compareOf(field), direction: inner }
  const [target] = targetsOf(object, field, memory)
  if (target) return follow(target, inner as Where, memory)
  return { value: undefined, compare: undefined, direction: directionOf(inner) }
}

function directionOf(term: unknown): unknown {
  return typeof term === 'string' ? term : directionOf(Object.values(term as object)[0])
}

function fieldOf(object: MemoryObject, name: string, { model }: Memory): Field {
  return model.byName.get(object.template)?.fieldByName.get(name) as Field
}
