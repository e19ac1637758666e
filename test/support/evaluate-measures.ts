/** Evaluates the measures of groups over objects in memory, like evaluate-groups.ts. */

import type { Field } from '../../src/template/model.ts'
import { microsecondsOf } from './compare-values.ts'
import type { Memory, MemoryObject, Where } from './evaluate.ts'
import { groupValueOf, matchesWhere } from './evaluate.ts'

type Objects = readonly MemoryObject[]

export function countOf(objects: Objects, where: Where, memory: Memory): number {
  return objects.filter((object) => matchesWhere(object, where, memory)).length
}

export function rateOf(objects: Objects, where: Where, memory: Memory): number | null {
  return objects.length === 0 ? null : countOf(objects, where, memory) / objects.length
}

export function distinctCountOf(objects: Objects, field: Field, memory: Memory): number {
  const values = objects.map((object) => groupValueOf(object, field.name, memory)).filter((value) => value !== null)
  return new Set(values.map((value) => JSON.stringify(value))).size
}

/** As PERCENTILE_CONT of SQL: the values have places from 0 to 1, and what lies between two of them is interpolated. In seconds for durations. */
export function percentileOf(objects: Objects, field: Field, fraction: number): number | null {
  const numbers = objects
    .map((object) => object.document[field.name])
    .filter((value) => value !== undefined)
    .map((value) => (field.type === 'duration' ? Number(microsecondsOf(String(value))) / 1e6 : Number(value)))
    .sort((a, b) => a - b)
  const place = fraction * (numbers.length - 1)
  const [low, high] = [numbers[Math.floor(place)], numbers[Math.ceil(place)]]
  if (low === undefined || high === undefined) return null
  const value = low === high ? low : low + (place - Math.floor(place)) * (high - low)
  return Number.isFinite(value) ? value : null
}
