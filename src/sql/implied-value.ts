import type { Condition } from '../plan/condition.ts'
import { derive, deriveAll, type Given } from '../plan/open-value.ts'
import type { Json, JsonObject } from '../template/json.ts'
import { canNest, nest } from './value-place.ts'

/** A value that every matching document, or item of a list, contains: `{"kind": "ssd"}`. Undefined if there is none. */
export function impliedValue(condition: Condition): Given<Json> | undefined {
  switch (condition.kind) {
    case 'field':
      if (condition.operator !== 'equals' || condition.isCaseless || condition.meta || !canNest(condition))
        return undefined
      return derive(condition.value, (value) => nest(condition, value))
    case 'items': {
      const item = impliedValue(condition.where)
      return item === undefined ? undefined : derive(item, (one) => impliedList(condition.at, one))
    }
    case 'and': {
      const values = condition.of.map(impliedValue).filter((value) => value !== undefined)
      return values.length === 0 ? undefined : deriveAll(values, (all) => all.reduce(merge))
    }
    default:
      return undefined
  }
}

/** `{"spec": {"disks": [{"kind": "ssd"}]}}` */
export function impliedList(at: readonly string[], item: Json): Json {
  return at.reduceRight<Json>((inner, name) => ({ [name]: inner }), [item])
}

/** Merges two implied values. If they conflict and are not objects, the first is enough. */
function merge(one: Json, other: Json): Json {
  if (!isObject(one) || !isObject(other)) return one
  const merged = new Map(Object.entries(one))
  for (const [name, value] of Object.entries(other)) {
    const own = merged.get(name)
    merged.set(name, own === undefined ? value : merge(own, value))
  }
  return Object.fromEntries(merged)
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
