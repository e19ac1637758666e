import { type FieldType, hasTextOperators } from '../../template/field-types/field-type.ts'
import { fieldTypes } from '../../template/field-types/field-types.ts'
import type { Json } from '../../template/json.ts'
import type { Field } from '../../template/model.ts'
import { takesEmptyText } from '../../template/object-key.ts'
import type { Condition, ValuePlace } from '../condition.ts'
import { settle } from '../open-value.ts'
import type { Extent } from './extent-of.ts'
import { isCertain } from './is-certain.ts'
import { matchesAnyText } from './matches-any-text.ts'

type FieldCondition = Extract<Condition, { kind: 'field' }>

/** The least and the greatest values that a type has, in their stored form; those of `int` and `bigint` are compared as numbers. */
const ends: Readonly<Partial<Record<FieldType['name'], readonly [least: Json, greatest?: Json]>>> = {
  int: [-2_147_483_648, 2_147_483_647],
  bigint: ['-9223372036854775808', '9223372036854775807'],
  datetime: ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999999Z'],
  date: ['0001-01-01', '9999-12-31'],
  duration: ['PT0S'],
  uuid: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
}

/** What a comparison with a stored value selects. */
export function extentOfField(condition: FieldCondition): Extent {
  const { operator, field } = condition
  const value = settle(condition.value) as Json
  switch (operator) {
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return value === '' ? 'all' : 'some'
    case 'matches':
      return matchesAnyText(String(value), isCertain(condition) && !canBeEmpty(field)) ? 'all' : 'some'
    case 'isNull':
      if (!isCertain(condition)) return 'some'
      return value === true ? 'none' : 'all'
    case 'equals':
      return isPossible(value, condition) ? 'some' : 'none'
    case 'not':
      return isPossible(value, condition) ? 'some' : 'all'
    case 'in':
      return extentOfList(value as readonly Json[], condition)
    case 'notIn':
      return (value as readonly Json[]).some((one) => isPossible(one, condition)) ? 'some' : 'all'
    case 'hasSome':
      return (value as readonly Json[]).length === 0 ? 'none' : 'some'
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return extentOfRange(operator, value, condition)
    default:
      return 'some'
  }
}

function extentOfList(values: readonly Json[], place: ValuePlace): Extent {
  const possible = values.filter((value) => isPossible(value, place))
  if (possible.length === 0) return 'none'
  const all = valuesOf(place.field)
  return all && isCertain(place) && all.every((value) => possible.includes(value)) ? 'all' : 'some'
}

/** All values that a field can have, if they are few. */
export function valuesOf({ type, values }: Field): readonly Json[] | undefined {
  if (type === 'enum') return values
  return type === 'boolean' ? [true, false] : undefined
}

function extentOfRange(operator: 'gt' | 'gte' | 'lt' | 'lte', value: Json, place: ValuePlace): Extent {
  const { field } = place
  const isUpward = operator === 'gt' || operator === 'gte'
  // The empty text comes before all others.
  if (hasTextOperators(fieldTypes[field.type]) && value === '') {
    if (operator === 'lt') return 'none'
    return operator === 'gte' || (operator === 'gt' && !canBeEmpty(field)) ? 'all' : 'some'
  }
  const [least, greatest] = rangeOf(place)
  const [near, far] = isUpward ? [least, greatest] : [greatest, least]
  const sign = isUpward ? 1 : -1
  const isStrict = operator === 'gt' || operator === 'lt'
  const beyond = (end: Json | undefined) => (end === undefined ? undefined : compare(value, end, field) * sign)
  const fromNear = beyond(near)
  if (fromNear !== undefined && isCertain(place) && (isStrict ? fromNear < 0 : fromNear <= 0)) return 'all'
  const fromFar = beyond(far)
  return fromFar !== undefined && (isStrict ? fromFar >= 0 : fromFar > 0) ? 'none' : 'some'
}

/** The ends of what a field can hold, by its type and its template. */
function rangeOf({ field, meta }: ValuePlace): readonly [least: Json | undefined, greatest: Json | undefined] {
  const [least, greatest] = ends[field.type] ?? []
  const { minimum, maximum } = field.constraints
  return [meta === 'version' ? 1 : (minimum ?? least), maximum ?? greatest]
}

/** Negative if the value is less, positive if it is greater. Of types other than numbers and dates, only equality is known. */
export function compare(value: Json, end: Json, { type }: Field): number {
  if (value === end) return 0
  if (type === 'date' && typeof value === 'string' && typeof end === 'string') return value < end ? -1 : 1
  if (type !== 'int' && type !== 'float' && type !== 'bigint') return Number.NaN
  // Comparing a bigint with a number is exact in JavaScript.
  const [one, other] = [value, end].map((text) => (typeof text === 'string' ? BigInt(text) : Number(text))) as [
    number,
    number,
  ]
  if (one < other) return -1
  return one > other ? 1 : 0
}

/** Whether an object can have that value. One that is older than the field's rules may have any. */
function isPossible(value: Json, place: ValuePlace): boolean {
  const { field, at, path } = place
  if (field.list || field.isViolated || at || path) return true
  if (value === '' && hasTextOperators(fieldTypes[field.type])) return canBeEmpty(field)
  const [least, greatest] = rangeOf(place)
  const isBelow = least !== undefined && compare(value, least, field) < 0
  return !isBelow && !(greatest !== undefined && compare(value, greatest, field) > 0)
}

/** Whether a text can be empty. An optional text can also be absent. */
function canBeEmpty(field: Field): boolean {
  return !field.isKey || takesEmptyText(field)
}
