import { whatIsAbsent } from '../plan/instead-of-null.ts'

/** Operators whose list may have been meant to hold "absent". */
const insteadOf: ReadonlyMap<unknown, string> = new Map([
  ['in', 'Leave it out; to find absent values, use isNull: true.'],
  ['notIn', 'Leave it out; to find present values, use isNull: false.'],
])

/**
 * What to write instead of a null at this place where GraphQL allows none: a sentence for an item of a list that is
 * asked for; undefined for any other place.
 */
export function explainNull(path: readonly (string | number)[]): string | undefined {
  if (typeof path.at(-1) !== 'number' || path[0] === 'input') return undefined
  if (path[0] !== 'where' && path[0] !== 'columnWhere') return 'Leave it out.'
  // The number of related objects, or a field that is called so.
  const instead = path.at(-3) === 'count' ? undefined : insteadOf.get(path.at(-2))
  return instead ?? `Leave it out; ${whatIsAbsent}.`
}
