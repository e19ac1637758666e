import { assertNever } from '../errors.ts'
import { comparisonOperators } from '../template/field-types/field-type.ts'
import type { OperatorName } from '../template/field-types/operators.ts'
import type { Json } from '../template/json.ts'
import type { MetaFieldName } from '../template/meta-fields.ts'
import type { Field } from '../template/model.ts'
import type { TargetKeys } from '../template/object-key.ts'
import type { Given } from './open-value.ts'
import type { Source } from './source.ts'

/**
 * Selects objects of a template. Conditions are two-valued: an object always matches either a condition or its negation,
 * even if it lacks values.
 */
export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  /** Compares a value with a stored one. `in` and the like take a list of values, `isNull` and `isEmpty` a boolean. */
  | ({ readonly kind: 'field'; readonly operator: OperatorName; readonly value: Given<Json> } & ValuePlace)
  /** Compares two values of the object. */
  | ({ readonly kind: 'fields' } & FieldComparison)
  /** An item of the list of objects at that place matches; the places in `where` start at the item. */
  | { readonly kind: 'items'; readonly at: readonly string[]; readonly filling?: Field; readonly where: Condition }
  /** The object has this canonical key, or one of these. */
  | { readonly kind: 'key'; readonly key: Given<string> }
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  /** The reference's target has this canonical key, whether or not the target exists; a list has all of these keys, in this order. */
  | { readonly kind: 'referenceKey'; readonly field: Field; readonly key: Given<TargetKeys> }
  /** The reference's target, or one of its targets, has one of these canonical keys, whether or not the target exists. */
  | { readonly kind: 'refersToAny'; readonly field: Field; readonly keys: readonly Given<string>[] }
  /** The reference's target exists and matches; for a list, at least one target does. */
  | { readonly kind: 'reference'; readonly field: Field; readonly target: Source; readonly where: Condition }
  /** Some, none or every one of the objects that refer here match. */
  | {
      readonly kind: 'related'
      readonly quantifier: 'some' | 'none' | 'every'
      readonly from: Source
      /** The reference field of `from`. */
      readonly field: Field
      readonly where: Condition
    }
  /** The latest of the related objects, or of each group of them, matches. */
  | ({ readonly kind: 'latest' } & RelatedLatest)
  /** The number of matches among the objects that refer here, or among the targets of a list of references. */
  | ({ readonly kind: 'count' } & RelatedCount)

/** The place of a value: in a document, in an item of one of its lists, or in a column of `_meta`. */
export interface ValuePlace {
  readonly field: Field
  /** The value of `_meta`, which has its own column; `field` gives its type. */
  readonly meta?: MetaFieldName
  /** The names that lead to the value: `['spec', 'cpu']`; none for an item itself. Default: a field of the template. */
  readonly at?: readonly string[]
  /** The field of the template that `at` begins with, while not all objects have been filled with it. */
  readonly filling?: Field
  /** Inside a `json` field: names, and positions in lists. */
  readonly path?: readonly string[]
  /** Upper and lower case are the same. */
  readonly isCaseless?: boolean
}

/** Two values of one object, which have the same ordering; absent ones equal nothing. */
export interface FieldComparison {
  readonly operator: FieldComparisonName
  readonly left: ValuePlace
  readonly right: ValuePlace
}

export const fieldComparisons = ['equals', 'not', ...comparisonOperators] as const
export type FieldComparisonName = (typeof fieldComparisons)[number]

/** The objects that refer here by a field of theirs, or the targets of a list of references. */
export interface Related {
  readonly side: 'referrers' | 'targets'
  readonly source: Source
  /** The reference field, of the related objects for referrers. */
  readonly field: Field
}

export interface RelatedLatest extends Related {
  /** The related objects among which the latest is found. */
  readonly where: Condition
  /** Those with equal values of these fields are a group; undefined: all are one. */
  readonly per: readonly Field[] | undefined
  /** What the latest of one group at least must match; it does not hold if there are no such objects. */
  readonly is: Condition
}

export interface RelatedCount extends Related {
  /** Which of them are counted. */
  readonly where: Condition
  /** The number must satisfy all of these. */
  readonly tests: readonly CountTest[]
  /** The tests give the same result for all numbers from here on, so counting can stop. */
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

/** True if all conditions are true; leaves out those that are always true. */
export function allOf(conditions: readonly Condition[]): Condition {
  const of = conditions.filter((condition) => condition.kind !== 'always')
  const [only] = of
  return only === undefined ? always : of.length === 1 ? only : { kind: 'and', of }
}

/** True if any of the conditions is true; never if there are none. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const [only] = conditions
  if (conditions.some((condition) => condition.kind === 'always')) return always
  return only === undefined ? never : conditions.length === 1 ? only : { kind: 'or', of: conditions }
}

export function negate(condition: Condition): Condition {
  return condition.kind === 'not' ? condition.of : { kind: 'not', of: condition }
}

/** The canonical keys of the only objects that can match; undefined if the condition does not name keys. */
export function namedKeys(condition: Condition): readonly Given<string>[] | undefined {
  if (condition.kind === 'key') return [condition.key]
  if (condition.kind === 'keys') return condition.keys
  return condition.kind === 'and' ? condition.of.map(namedKeys).find((keys) => keys !== undefined) : undefined
}

/**
 * The same without the keys of the object itself, for versions that may stand under another key that its template has had. Keys are left out
 * only beside other conditions, which compare the values (`withKey`).
 */
export function withoutKeys(condition: Condition): Condition {
  switch (condition.kind) {
    case 'and': {
      const others = condition.of.filter(({ kind }) => kind !== 'key' && kind !== 'keys')
      return others.length === 0 ? condition : allOf(others.map(withoutKeys))
    }
    case 'or':
      return anyOf(condition.of.map(withoutKeys))
    case 'not':
      return { kind: 'not', of: withoutKeys(condition.of) }
    default:
      return condition
  }
}

/** The conditions directly inside a condition. */
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
    case 'latest':
      return [condition.where, condition.is]
    case 'always':
    case 'field':
    case 'fields':
    case 'key':
    case 'keys':
    case 'referenceKey':
    case 'refersToAny':
      return []
    default:
      return assertNever(condition)
  }
}
