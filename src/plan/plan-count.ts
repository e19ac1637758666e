import type { Path } from '../errors.ts'
import type { RelatedCount } from './condition.ts'
import { allOf, always, type Condition, type CountOperatorName, type CountTest, negate, never } from './condition.ts'
import { operatorsOf } from './filter-input.ts'
import { parseFilterValues } from './filter-value.ts'
import { insteadOfOption } from './instead-of-null.ts'
import { settle } from './open-value.ts'
import type { PlanRequest } from './plan-request.ts'

/**
 * Plans a filter of the number of related objects. `some` means that there is at least one. It replaces `{gte: 1}` and
 * `{equals: 0}`, which need no counting, and finds the few objects for which counting is necessary.
 */
export function planCount(
  input: unknown,
  of: Omit<RelatedCount, 'tests' | 'enough'>,
  some: Condition,
  request: PlanRequest,
  path: Path,
): Condition {
  const tests = operatorsOf(input, request, path, insteadOfOption).map(([name, value]): CountTest => {
    const operator = name as CountOperatorName
    const isList = operator === 'in' || operator === 'notIn'
    return {
      operator,
      value: isList ? parseFilterValues(value, request, [...path, name], Number) : Number(settle(value)),
    }
  })
  const { changes, holdsOfNone } = listChanges(tests)
  const enough = changes.at(-1)
  if (enough === undefined) return holdsOfNone ? always : never
  if (enough === 1) return holdsOfNone ? negate(some) : some
  const count: Condition = { kind: 'count', ...of, tests, enough }
  return holdsOfNone || of.where.kind === 'always' ? count : allOf([some, count])
}

/** The numbers, from 1 upwards, at which the result of the tests changes. */
function listChanges(tests: readonly CountTest[]): {
  readonly changes: readonly number[]
  readonly holdsOfNone: boolean
} {
  const holds = toPredicateOfAll(tests)
  // The result can change only at a test's value or the next number.
  const candidates = tests.flatMap(({ value }) => [value].flat().flatMap((one) => [one, one + 1]))
  const ascending = [...new Set(candidates)].filter((count) => count > 0).sort((a, b) => a - b)
  return { changes: ascending.filter((count) => holds(count) !== holds(count - 1)), holdsOfNone: holds(0) }
}

/** Whether the tests hold where there are no related objects. */
export function holdsOfNoObjects(tests: readonly CountTest[]): boolean {
  return toPredicateOfAll(tests)(0)
}

function toPredicateOfAll(tests: readonly CountTest[]): (count: number) => boolean {
  const predicates = tests.map(toPredicate)
  return (count) => predicates.every((predicate) => predicate(count))
}

function toPredicate({ operator, value }: CountTest): (count: number) => boolean {
  const listed = new Set([value].flat())
  const bound = Number(value)
  const predicates: Readonly<Record<CountOperatorName, (count: number) => boolean>> = {
    equals: (count) => listed.has(count),
    not: (count) => !listed.has(count),
    in: (count) => listed.has(count),
    notIn: (count) => !listed.has(count),
    lt: (count) => count < bound,
    lte: (count) => count <= bound,
    gt: (count) => count > bound,
    gte: (count) => count >= bound,
  }
  return predicates[operator]
}
