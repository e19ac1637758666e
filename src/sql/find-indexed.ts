import type { Condition } from '../plan/condition.ts'

type Equality = Extract<Condition, { kind: 'field' }>

interface Found {
  /** Equalities on all fields of one of the template's `indexes`. */
  readonly indexed: readonly Equality[]
  readonly others: readonly Condition[]
}

/**
 * Takes out of conditions that all have to hold those that an index of several fields answers together: of several such
 * indexes, the one of most fields. The order in which a request compares them does not matter.
 */
export function findIndexed(conditions: readonly Condition[]): Found {
  // `roles(name: "ntp-client", where: {commit: …, status: …})` has the last two inside of an `and` of their own.
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

/** On a field of the template as it is stored. */
function isEquality(condition: Condition): condition is Equality {
  return (
    condition.kind === 'field' &&
    condition.operator === 'equals' &&
    condition.field.indexes.length > 0 &&
    condition.isCaseless !== true
  )
}
