import type { Condition } from '../plan/condition.ts'
import { deriveAll, type Given } from '../plan/open-value.ts'
import type { Json } from '../template/json.ts'
import { isContainment } from './operators.ts'
import { canNest } from './value-place.ts'

/** What the document contains, as JSON text: `{"name":"ntp-client","status":true}`, and the conditions that are left. */
interface Merged {
  readonly contained: Given<string> | undefined
  readonly others: readonly Condition[]
}

/**
 * Of conditions that all have to hold, those that some fields have these values, as one: PostgreSQL judges one
 * containment by its samples of whole documents, several as if they had nothing to do with each other, and looks
 * into the index once.
 */
export function mergeContainments(conditions: readonly Condition[]): Merged {
  const values = new Map<string, Given<Json>>()
  const others = conditions.filter((condition) => {
    if (condition.kind !== 'field' || condition.operator !== 'equals' || condition.at || !isContainment(condition))
      return true
    const { attribute } = condition.field
    // Another value of the same field is a condition of its own, which then nothing meets.
    if (values.has(attribute) || !canNest(condition)) return true
    values.set(attribute, condition.value)
    return false
  })
  if (values.size < 2) return { contained: undefined, others: conditions }
  const names = [...values.keys()]
  const contained = deriveAll([...values.values()], (all) =>
    JSON.stringify(Object.fromEntries(all.map((value, i) => [names[i], value]))),
  )
  return { contained, others }
}
