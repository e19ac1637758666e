import type { Json } from '../json.ts'
import type { Field, FieldConstraints, FieldTypeName, Template } from '../model.ts'
import type { OperatorName } from './operators.ts'
import type { Ordering } from './orderings.ts'

/** Everything the program knows about a field type. Each type has its own file. */
export interface FieldType {
  readonly name: FieldTypeName
  /** The scalar of input and output; `own` if each field of this type has its own GraphQL type. */
  readonly scalar: 'String' | 'Int' | 'Float' | 'Boolean' | Scalar | 'own'
  /** The name that its filters begin with, if not the scalar's. */
  readonly filterName?: string
  /** The operators that `where` accepts, in addition to those of lists; `schema` makes the filters from them. */
  readonly operators: readonly OperatorName[]
  /** Undefined: values cannot be compared, so the type cannot be used in `orderBy`, indexes, `unique` and keys. */
  readonly ordering: Ordering | undefined
  /** The scalars of averages and sums, if values can be added up. */
  readonly totals?: Readonly<Record<'avg' | 'sum', string>>
  readonly canBeKey: boolean
  /** Values must be quoted in YAML, which would change the form of an unquoted 20.10 or 7. */
  readonly needsQuotes?: true
  /** The most bytes of an indexed value, if its order key is longer than the value itself. */
  readonly longestIndexed?: number
  /** Filters may look inside its values, by a path. */
  readonly hasInside?: true
  /** The constraints that it accepts; for a list they apply to each item. */
  readonly constraints: readonly (keyof FieldConstraints)[]
  /**
   * Checks one value, which is not null and not a list, as GraphQL or a template gives it,
   * and returns its stored form. Throws `ValueError`, which says what the type accepts.
   */
  readonly parse: (value: unknown, field: Field, context: ParseContext) => Json
}

/** A scalar that GraphQL itself does not have. */
export interface Scalar {
  readonly name: string
  readonly description: string
  /** The specification of the form in which values are returned. */
  readonly specifiedBy: string
  /** Numbers with a fraction are given to `parse` as text. */
  readonly takesFractions?: true
  /** Converts to the stored form; throws `ValueError`. Without it, any JSON is accepted as it is. */
  readonly parse?: (value: unknown) => string
}

export interface ParseContext {
  /** The value is only compared with stored ones. */
  readonly isFilter: boolean
  readonly templateOf: (name: string) => Template
  /** Checks the value of a field inside this one, and collects its problems. Undefined: not given. */
  readonly parseMember: (value: unknown, member: Field, segment: string) => Json | undefined
}

/** Says what a value should have been: `"x" is not …`. */
export class ValueError extends Error {
  override readonly name = 'ValueError'
  readonly code: string
  constructor(message: string, code = 'TYPE') {
    super(message)
    this.code = code
  }
}

/** The operators of every type. */
export const equalityOperators = ['equals', 'not', 'in', 'notIn', 'isNull'] as const
export const comparisonOperators = ['lt', 'lte', 'gt', 'gte'] as const
export const textOperators = ['contains', 'startsWith', 'endsWith', 'matches'] as const
/** The operators of lists, in addition to those of every type. */
export const listOperators = ['has', 'hasSome', 'hasEvery', 'isEmpty'] as const

/** The scalar's name in GraphQL; undefined if each field has its own type. */
export function scalarNameOf({ scalar }: FieldType): string | undefined {
  if (typeof scalar !== 'string') return scalar.name
  return scalar === 'own' ? undefined : scalar
}

/** Whether values are free texts, so that filters can search for parts of them and ignore case. */
export function hasTextOperators({ operators }: FieldType): boolean {
  return textOperators.some((name) => operators.includes(name))
}
