import type { Condition } from '../plan/condition.ts'

type Equality = Extract<Condition, { kind: 'field' }>

interface Found {
  /** Equalities on all fields of one of the template's `indexes`. */
  readonly indexed: readonly Equality[]
  readonly others: readonly Condition[]
}

/**
 * Separates, from conditions that must all be true, those that an index of several fields can answer together. If there are
 * several such indexes, it uses the one with the most fields. The order of the conditions in the request does not matter.
 */
export function findIndexed(conditions: readonly Condition[]): Found {
  // `roles(name: "ntp-client", where: {commit: …, status: …})` has the last two inside a separate `and`.
  const all = conditions.flatMap((one) => (one.kind === 'and' ? one.of : one))
  const equalities = new Map<string, Equality>()
  for (const one of all) if (isEquality(one) && !equalities.has(one.field.name)) equalities.set(one.field.name, one)
  const [names] = [...equalities.values()]
    .flatMap(({ field }) => field.indexes)
    .filter((index) => index.every((name) => equalities.has(name)))
    .sort((a, b) => b.length - a.length)
  if (!names) return { indexed: [], others: conditions }
  const indexed = names.flatMap((name) => equalities.get(name) ?? [])
  return { indexed, others: all.filter((one) => !(indexed as readonly Condition[]).includes(one)) }
}

/** Whether the condition is on a field of the template in its stored form. */
function isEquality(condition: Condition): condition is Equality {
  return (
    condition.kind === 'field' &&
    condition.operator === 'equals' &&
    condition.field.indexes.length > 0 &&
    condition.isCaseless !== true
  )
}
