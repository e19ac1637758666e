import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../template/json.ts'
import type { ValuePlace } from '../condition.ts'
import type { Statement } from './cover-all.ts'
import { compare } from './extent-of-field.ts'
import { isCertain } from './is-certain.ts'

/** What all of several requirements ask of the value at one place: `{ gt: 5 }`, `{ in: [1, 2] }`, `{ startsWith: "a" }`. */
interface Requirement {
  readonly place: ValuePlace
  readonly operator: 'gt' | 'gte' | 'lt' | 'lte' | 'in' | TextOperator
  readonly values: readonly Json[]
}

type TextOperator = 'startsWith' | 'endsWith' | 'contains'

const opposites = { gt: 'lte', gte: 'lt', lt: 'gte', lte: 'gt' } as const

/** Whether what is left out by all statements cannot be: it would have to be more than 5 and less than 3, or 2 and more than 5, or "b" and begin with "a". */
export function coverRanges(statements: readonly Statement[]): boolean {
  const required = statements.flatMap(listRequirements)
  return required.some((one, i) =>
    required.slice(i + 1).some((other) => isDeepStrictEqual(one.place, other.place) && excludeEachOther(one, other)),
  )
}

/** What a value must be so that the statement does not hold. */
function listRequirements({ is, isNegated }: Statement): readonly Requirement[] {
  if (is.kind !== 'field' || is.isCaseless || is.field.list || is.path) return []
  const { kind, operator, value, ...place } = is
  switch (operator) {
    case 'equals':
      return isNegated ? [{ place, operator: 'in', values: [value as Json] }] : []
    case 'in':
      return isNegated ? [{ place, operator, values: value as readonly Json[] }] : []
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      if (isNegated) return [{ place, operator, values: [value as Json] }]
      // An absent value is neither more nor less.
      return isCertain(is) ? [{ place, operator: opposites[operator], values: [value as Json] }] : []
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return isNegated && is.field.type === 'string' ? [{ place, operator, values: [value as Json] }] : []
    default:
      return []
  }
}

function excludeEachOther(one: Requirement, other: Requirement): boolean {
  if (isOfText(one) || isOfText(other)) return excludeTexts(one, other)
  if (one.operator !== 'in' && other.operator !== 'in') return isEmpty(one, other) || isEmpty(other, one)
  const [list, range] = one.operator === 'in' ? [one, other] : [other, one]
  if (range.operator === 'in') return false
  return list.values.every((value) => {
    const exact = { ...list, values: [value] }
    return isEmpty(range, { ...exact, operator: 'lte' }) || isEmpty({ ...exact, operator: 'gte' }, range)
  })
}

/** Whether nothing is above the one and below the other. */
function isEmpty(above: Requirement, below: Requirement): boolean {
  const isUpward = above.operator === 'gt' || above.operator === 'gte'
  const isDownward = below.operator === 'lt' || below.operator === 'lte'
  if (!isUpward || !isDownward) return false
  const difference = compare(above.values[0] as Json, below.values[0] as Json, above.place.field)
  return difference > 0 || (difference === 0 && (above.operator === 'gt' || below.operator === 'lt'))
}

function isOfText({ operator }: Requirement): boolean {
  return operator === 'startsWith' || operator === 'endsWith' || operator === 'contains'
}

/** A text has one beginning and one end, and those that are listed have those that they show. */
function excludeTexts(one: Requirement, other: Requirement): boolean {
  if (one.operator === 'in') return excludeTexts(other, one)
  const part = String(one.values[0])
  const has = (text: string, operator: Requirement['operator']) =>
    operator === 'startsWith'
      ? text.startsWith(part)
      : operator === 'endsWith'
        ? text.endsWith(part)
        : text.includes(part)
  if (other.operator === 'in') return other.values.every((text) => !has(String(text), one.operator))
  if (one.operator !== other.operator || one.operator === 'contains') return false
  const otherPart = String(other.values[0])
  const [short, long] = part.length < otherPart.length ? [part, otherPart] : [otherPart, part]
  return one.operator === 'startsWith' ? !long.startsWith(short) : !long.endsWith(short)
}
