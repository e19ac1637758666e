import type { Path } from '../errors.ts'
import { allOf, anyOf, type Condition, negate } from './condition.ts'

/** Plans `AND`, `OR` and `NOT`; `planOne` plans each filter in them. Undefined for an entry with another name. */
export function planLogic(
  name: string,
  value: unknown,
  path: Path,
  planOne: (input: unknown, path: Path) => Condition,
): Condition | undefined {
  const planAll = () => (value as readonly unknown[]).map((one, i) => planOne(one, [...path, i]))
  if (name === 'AND') return allOf(planAll())
  if (name === 'OR') return anyOf(planAll())
  return name === 'NOT' ? allOf(planAll().map(negate)) : undefined
}
