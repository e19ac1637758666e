import type { Condition } from '../plan/condition.ts'
import { deriveAll, type Given } from '../plan/open-value.ts'
import type { Json } from '../template/json.ts'
import { isContainment } from './operators.ts'
import { canNest } from './value-place.ts'

/** The merged containment, as JSON text: `{"name":"ntp-client","status":true}`, and the remaining conditions. */
interface Merged {
  readonly contained: Given<string> | undefined
  readonly others: readonly Condition[]
}

/**
 * Merges equalities that must all be true into one containment. PostgreSQL estimates one containment from its samples of
 * whole documents, but several as if they were independent; and it needs only one look-up in the index.
 */
export function mergeContainments(conditions: readonly Condition[]): Merged {
  const values = new Map<string, Given<Json>>()
  const others = conditions.filter((condition) => {
    if (condition.kind !== 'field' || condition.operator !== 'equals' || condition.at || !isContainment(condition))
      return true
    const { attribute } = condition.field
    // Another value of the same field stays a separate condition; then no object matches.
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
