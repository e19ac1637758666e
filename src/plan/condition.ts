import { assertNever } from '../errors.ts'
import type { OperatorName } from '../template/field-types/operators.ts'
import type { Json } from '../template/json.ts'
import type { MetaFieldName } from '../template/meta-fields.ts'
import type { Field } from '../template/model.ts'
import type { TargetKeys } from '../template/object-key.ts'
import type { Given } from './open-value.ts'
import type { Source } from './source.ts'

/**
 * Which objects of a template. Two-valued: an object matches a condition or its negation, never neither,
 * whatever it lacks.
 */
export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  /** A value against a stored one; `in` and the like take a list of them, `isNull` and `isEmpty` a boolean. */
  | ({ readonly kind: 'field'; readonly operator: OperatorName; readonly value: Given<Json> } & ValuePlace)
  /** An item of the list of objects that is there matches; it is then what the places in `where` begin at. */
  | { readonly kind: 'items'; readonly at: readonly string[]; readonly where: Condition }
  /** The object has this canonical key, or one of these. */
  | { readonly kind: 'key'; readonly key: Given<string> }
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  /** The reference has this canonical key as its target, present or not; a list has all of these, in this order. */
  | { readonly kind: 'referenceKey'; readonly field: Field; readonly key: Given<TargetKeys> }
  /** The reference has one of these canonical keys as its target, or among its targets, present or not. */
  | { readonly kind: 'refersToAny'; readonly field: Field; readonly keys: readonly Given<string>[] }
  /** The reference's target is there, and matches; of a list, at least one is and does. */
  | { readonly kind: 'reference'; readonly field: Field; readonly target: Source; readonly where: Condition }
  /** How many of the objects that refer here match. */
  | {
      readonly kind: 'related'
      readonly quantifier: 'some' | 'none' | 'every'
      readonly from: Source
      /** The reference field of `from`. */
      readonly field: Field
      readonly where: Condition
    }
  /** So many of the objects that refer here, or of the targets of a list of references, match. */
  | ({ readonly kind: 'count' } & RelatedCount)

/** A value in a document, in an item of one of its lists, or beside it. */
export interface ValuePlace {
  readonly field: Field
  /** The value of `_meta`, which has a column of its own; the field says what type it is of. */
  readonly meta?: MetaFieldName
  /** The names that lead there: `['spec', 'cpu']`; none lead to an item itself. Unless given, it is a field of the template. */
  readonly at?: readonly string[]
  /** Inside of a `json` field: names, and places in lists. */
  readonly path?: readonly string[]
  /** Upper and lower case are the same. */
  readonly isCaseless?: boolean
}

export interface RelatedCount {
  readonly side: 'referrers' | 'targets'
  /** What is counted. */
  readonly source: Source
  /** The reference field, of the counted objects for referrers. */
  readonly field: Field
  readonly where: Condition
  /** All of these hold of the number. */
  readonly tests: readonly CountTest[]
  /** All numbers from here on are alike to the tests. */
  readonly enough: number
}

export interface CountTest {
  readonly operator: CountOperatorName
  /** A list for `in` and `notIn`. */
  readonly value: number | readonly number[]
}

export type CountOperatorName = (typeof countOperators)[number]

export const countOperators = ['equals', 'not', 'in', 'notIn', 'lt', 'lte', 'gt', 'gte'] as const

export const always: Condition = Object.freeze({ kind: 'always' })
export const never: Condition = Object.freeze({ kind: 'not', of: always })

/** All of them; without those that always hold. */
export function allOf(conditions: readonly Condition[]): Condition {
  const of = conditions.filter((condition) => condition.kind !== 'always')
  const [only] = of
  return only === undefined ? always : of.length === 1 ? only : { kind: 'and', of }
}

/** Any of them: none at all means never. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const [only] = conditions
  if (conditions.some((condition) => condition.kind === 'always')) return always
  return only === undefined ? never : conditions.length === 1 ? only : { kind: 'or', of: conditions }
}

export function negate(condition: Condition): Condition {
  return condition.kind === 'not' ? condition.of : { kind: 'not', of: condition }
}

/** The canonical keys that nothing but the objects of which can match has; undefined if the condition names none. */
export function namedKeys(condition: Condition): readonly Given<string>[] | undefined {
  if (condition.kind === 'key') return [condition.key]
  if (condition.kind === 'keys') return condition.keys
  return condition.kind === 'and' ? condition.of.map(namedKeys).find((keys) => keys !== undefined) : undefined
}

/** The conditions directly inside of one. */
export function conditionsIn(condition: Condition): readonly Condition[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of
    case 'not':
      return [condition.of]
    case 'items':
    case 'reference':
    case 'related':
    case 'count':
      return [condition.where]
    case 'always':
    case 'field':
    case 'key':
    case 'keys':
    case 'referenceKey':
    case 'refersToAny':
      return []
    default:
      return assertNever(condition)
  }
}
