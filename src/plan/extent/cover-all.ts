import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../template/json.ts'
import { type Condition, negate, type ValuePlace } from '../condition.ts'
import { settle } from '../open-value.ts'
import { coverRanges } from './cover-ranges.ts'
import { valuesOf } from './extent-of-field.ts'
import { isCertain } from './is-certain.ts'

/** Each statement is compared with all others. */
const mostStatements = 100

/**
 * Whether every object matches one of these conditions at least, as far as two of them or the values of one field show it: a condition
 * and its opposite, all members of an enum, anything but "a" or anything but "b", anything but what is above 5 or what is below 3.
 */
export function coverAll(conditions: readonly Condition[]): boolean {
  const known = conditions.flatMap(listAlternatives).map(toStatement)
  if (known.length > mostStatements) return false
  return (
    known.some((one, i) => known.slice(i + 1).some((other) => areOpposite(one, other))) ||
    coverValues(known) ||
    coverRanges(known)
  )
}

/** The condition, and what it consists of if that is a list of alternatives. */
function listAlternatives(condition: Condition): readonly Condition[] {
  if (condition.kind === 'or') return [condition, ...condition.of.flatMap(listAlternatives)]
  if (condition.kind === 'not' && condition.of.kind === 'and')
    return [condition, ...condition.of.of.map(negate).flatMap(listAlternatives)]
  return [condition]
}

/** A condition, or its opposite, in the one form that it has however it was written. */
export interface Statement {
  readonly is: Condition
  readonly isNegated: boolean
}

function toStatement(condition: Condition): Statement {
  const opposite = (of: Condition): Statement => {
    const { is, isNegated } = toStatement(of)
    return { is, isNegated: !isNegated }
  }
  if (condition.kind === 'not') return opposite(condition.of)
  if (condition.kind === 'related' && condition.quantifier === 'none')
    return opposite({ ...condition, quantifier: 'some' })
  if (condition.kind === 'related' && condition.quantifier === 'every')
    return opposite({ ...condition, quantifier: 'some', where: negate(condition.where) })
  if (condition.kind === 'fields' && condition.operator === 'not') return opposite({ ...condition, operator: 'equals' })
  if (condition.kind !== 'field') return { is: condition, isNegated: false }
  const value = settle(condition.value) as Json
  switch (condition.operator) {
    case 'not':
      return opposite({ ...condition, operator: 'equals' })
    case 'notIn':
      return opposite({ ...condition, operator: 'in' })
    case 'isNull':
      return { is: { ...condition, value: true }, isNegated: value === false }
    case 'lte':
      if (isCertain(condition)) return opposite({ ...condition, operator: 'gt' })
      break
    case 'gte':
      if (isCertain(condition)) return opposite({ ...condition, operator: 'lt' })
      break
  }
  return { is: { ...condition, value }, isNegated: false }
}

function areOpposite(one: Statement, other: Statement): boolean {
  return one.isNegated !== other.isNegated && isDeepStrictEqual(one.is, other.is)
}

/** The values that a statement compares one place with. */
interface Listed {
  readonly place: ValuePlace
  readonly values: readonly Json[]
  readonly isNegated: boolean
}

/** For one place: its values are all listed, or all but some are, and those are listed as well. */
function coverValues(known: readonly Statement[]): boolean {
  const listed = known.flatMap(listValues)
  return listed.some(({ place }) => {
    const here = listed.filter((one) => isDeepStrictEqual(one.place, place))
    const positive = here.filter(({ isNegated }) => !isNegated).flatMap(({ values }) => values)
    const [first, ...others] = here.filter(({ isNegated }) => isNegated).map(({ values }) => values)
    const left = first
      ? first.filter((value) => others.every((values) => values.includes(value)))
      : isCertain(place) && valuesOf(place.field)
    return left !== undefined && left !== false && left.every((value) => positive.includes(value))
  })
}

/** Only of types whose equal values have one form. */
function listValues({ is, isNegated }: Statement): readonly Listed[] {
  if (is.kind !== 'field' || (is.operator !== 'equals' && is.operator !== 'in')) return []
  const { kind, operator, value, isCaseless, ...place } = is
  if (isCaseless || place.field.list || place.field.type === 'json' || place.field.type === 'object') return []
  return [{ place, isNegated, values: operator === 'in' ? (value as readonly Json[]) : [value as Json] }]
}
