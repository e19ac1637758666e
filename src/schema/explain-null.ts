import type { Path } from '../errors.ts'
import { whatIsAbsent } from '../plan/instead-of-null.ts'

/** Operators with a list, in which the caller may have meant null as "absent". */
const insteadOf: ReadonlyMap<unknown, string> = new Map([
  ['in', 'Leave it out; to find absent values, use isNull: true.'],
  ['notIn', 'Leave it out; to find present values, use isNull: false.'],
])

/** The arguments of root fields that are filters. */
const filterArguments: ReadonlySet<unknown> = new Set(['where', 'columnWhere', 'whereLatest', '_whereLatest'])

/**
 * What to write instead of a null that GraphQL does not allow: a sentence if the path is an item of a list in an argument
 * of a query; undefined for any other place.
 */
export function explainNull(path: Path): string | undefined {
  if (typeof path.at(-1) !== 'number' || path[0] === 'input') return undefined
  if (!filterArguments.has(path[0])) return 'Leave it out.'
  // `count` is the number of related objects, or a field with that name.
  const instead = path.at(-3) === 'count' ? undefined : insteadOf.get(path.at(-2))
  return instead ?? `Leave it out; ${whatIsAbsent}.`
}
