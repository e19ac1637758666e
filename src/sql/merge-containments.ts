import type { Condition } from '../plan/condition.ts'
import type { Json } from '../template/json.ts'
import { isContainment } from './operators.ts'
import { nest } from './value-place.ts'

/** What the document contains, `{"name": "ntp-client", "status": true}`, and the conditions that are left. */
interface Merged {
  readonly contained: Json | undefined
  readonly others: readonly Condition[]
}

/**
 * Of conditions that all have to hold, those that some fields have these values, as one: PostgreSQL judges one
 * containment by its samples of whole documents, several as if they had nothing to do with each other, and looks
 * into the index once.
 */
export function mergeContainments(conditions: readonly Condition[]): Merged {
  const values = new Map<string, Json>()
  const others = conditions.filter((condition) => {
    if (condition.kind !== 'field' || condition.operator !== 'equals' || condition.at || !isContainment(condition))
      return true
    const { attribute } = condition.field
    // Another value of the same field is a condition of its own, which then nothing meets.
    if (values.has(attribute) || nest(condition, condition.value) === undefined) return true
    values.set(attribute, condition.value)
    return false
  })
  return values.size > 1
    ? { contained: Object.fromEntries(values), others }
    : { contained: undefined, others: conditions }
}
