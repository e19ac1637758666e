import { isDeepStrictEqual } from 'node:util'
import { assertNever } from '../../errors.ts'
import { type Condition, type FieldComparison, negate } from '../condition.ts'
import { holdsOfNoObjects } from '../plan-count.ts'
import { seesAll } from '../source.ts'
import { coverAll } from './cover-all.ts'
import { extentOfField } from './extent-of-field.ts'
import { isCertain } from './is-certain.ts'

/** Which objects a condition selects, as far as it shows by itself: all there can be, none, or some of them. */
export type Extent = 'all' | 'none' | 'some'

/**
 * Whether a filter cannot exclude any object, whatever is stored: it is empty, it asks for texts that begin with nothing, it asks for
 * what every object is. An absent value has no beginning either; but who asks for the beginning `""` has left the text out, so such a
 * part counts as none. Filters for which more would have to be known than what they say and the template count as able to exclude.
 */
export function excludesNothing(where: Condition): boolean {
  return extentOf(where) === 'all'
}

function extentOf(condition: Condition): Extent {
  switch (condition.kind) {
    case 'always':
      return 'all'
    case 'or':
      return extentOfAny(condition.of)
    case 'and':
      return opposite(extentOfAny(condition.of.map(negate)))
    case 'not':
      return opposite(extentOf(condition.of))
    case 'field':
      return extentOfField(condition)
    case 'fields':
      return extentOfComparison(condition)
    case 'keys':
    case 'refersToAny':
      return condition.keys.length === 0 ? 'none' : 'some'
    case 'items':
      return isNone(condition.where) ? 'none' : 'some'
    case 'reference': {
      const { field, target, where } = condition
      const hasTarget = isCertain({ field }) && field.reference?.onMissing === 'reject' && seesAll(target)
      const extent = extentOf(where)
      return extent === 'all' && !hasTarget ? 'some' : extent
    }
    case 'related':
      if (condition.quantifier === 'every') return extentOf(condition.where) === 'all' ? 'all' : 'some'
      if (!isNone(condition.where)) return 'some'
      return condition.quantifier === 'none' ? 'all' : 'none'
    case 'latest':
      return isNone(condition.where) || isNone(condition.is) ? 'none' : 'some'
    case 'count':
      if (!isNone(condition.where)) return 'some'
      return holdsOfNoObjects(condition.tests) ? 'all' : 'none'
    case 'key':
    case 'referenceKey':
      return 'some'
    default:
      return assertNever(condition)
  }
}

function extentOfAny(conditions: readonly Condition[]): Extent {
  const extents = conditions.map(extentOf)
  if (extents.includes('all')) return 'all'
  const open = conditions.filter((_, i) => extents[i] === 'some')
  if (open.length === 0) return 'none'
  return coverAll(open) ? 'all' : 'some'
}

function isNone(condition: Condition): boolean {
  return extentOf(condition) === 'none'
}

function opposite(extent: Extent): Extent {
  if (extent === 'some') return 'some'
  return extent === 'all' ? 'none' : 'all'
}

/** A field compared with itself. */
function extentOfComparison({ operator, left, right }: FieldComparison): Extent {
  if (!isDeepStrictEqual(left, right)) return 'some'
  if (operator === 'lt' || operator === 'gt') return 'none'
  // An absent value is not equal to itself.
  if (!isCertain(left)) return 'some'
  return operator === 'not' ? 'none' : 'all'
}
