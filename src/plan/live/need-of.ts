import { type Condition, namedKeys } from '../condition.ts'
import { type Binding, bindValue } from '../open-value.ts'
import { createJudge, type JudgedVersion } from './judge.ts'

/** A value that a version must have in order to match, by which those who follow are found without asking each. */
export interface Need {
  readonly part: 'refs' | 'document'
  readonly attribute: string
  readonly value: unknown
}

/** Undefined: there is no such value. If there are several, the one that fewest objects are likely to have. */
export function needOf(condition: Condition, binding: Binding): Need | undefined {
  return [...needsOf(condition, binding)].sort((a, b) => rankOf(a) - rankOf(b))[0]
}

function needsOf(condition: Condition, binding: Binding): readonly Need[] {
  switch (condition.kind) {
    case 'and':
      return condition.of.flatMap((one) => needsOf(one, binding))
    case 'referenceKey':
      if (condition.field.list || condition.field.isFilling) return []
      return [{ part: 'refs', attribute: condition.field.attribute, value: bindValue(condition.key, binding) }]
    case 'reference': {
      const keys = condition.field.list || condition.field.isFilling ? undefined : namedKeys(condition.where)
      if (keys?.length !== 1) return []
      return [{ part: 'refs', attribute: condition.field.attribute, value: bindValue(keys[0], binding) }]
    }
    case 'field': {
      if (condition.operator !== 'equals' || condition.at || !createJudge(condition, binding)) return []
      return [{ part: 'document', attribute: condition.field.attribute, value: bindValue(condition.value, binding) }]
    }
    default:
      return []
  }
}

function rankOf({ part, value }: Need): number {
  return part === 'refs' ? 0 : typeof value === 'string' ? 1 : 2
}

/** Finds among some versions those that have a value, or all of them if none is needed. */
export function createVersionIndex<Version extends JudgedVersion>(
  versions: readonly Version[],
): (need: Need | undefined) => readonly Version[] {
  const byPlace = new Map<string, { readonly byValue: Map<unknown, Version[]>; readonly types: Set<string> }>()
  return (need) => {
    if (!need) return versions
    const { part, attribute, value } = need
    const place = `${part} ${attribute}`
    const known = byPlace.get(place) ?? indexBy((version) => version[part][attribute])
    byPlace.set(place, known)
    // Values of another type than the one that is wanted are for PostgreSQL to compare.
    const isOdd = known.types.size > 1 || (known.types.size === 1 && !known.types.has(typeof value))
    return isOdd ? versions : (known.byValue.get(value) ?? [])
  }

  function indexBy(read: (version: Version) => unknown) {
    const byValue = new Map<unknown, Version[]>()
    const types = new Set<string>()
    for (const version of versions) {
      const value = read(version)
      if (value === undefined || value === null) continue
      types.add(typeof value)
      const list = byValue.get(value)
      if (list) list.push(version)
      else byValue.set(value, [version])
    }
    return { byValue, types }
  }
}
