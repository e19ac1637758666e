import type { Json } from '../template/json.ts'
import { allOf, anyOf, type Condition, negate } from './condition.ts'
import { type Given, isOpen } from './open-value.ts'

/** For each operator that takes a list of values, the one that takes a single value. */
const single = { in: 'equals', notIn: 'equals', hasSome: 'has', hasEvery: 'has' } as const

export type ListOperatorName = keyof typeof single

/**
 * Compares with a list of values. How a list is compared depends on its length, so it cannot hold open values, as relative
 * times are: each of those becomes a comparison of its own.
 */
export function compareWithAny(
  operator: ListOperatorName,
  values: readonly Given<Json>[],
  compare: (operator: ListOperatorName | 'equals' | 'has', value: Given<Json>) => Condition,
): Condition {
  const open = values.filter(isOpen)
  const known = values.filter((value) => !isOpen(value)) as readonly Json[]
  if (open.length === 0) return compare(operator, known)
  const each = open.map((value) => compare(single[operator], value))
  const all = (name: ListOperatorName) => (known.length > 0 ? [compare(name, known), ...each] : each)
  if (operator === 'hasEvery') return allOf(all('hasEvery'))
  return operator === 'notIn' ? negate(anyOf(all('in'))) : anyOf(all(operator))
}
