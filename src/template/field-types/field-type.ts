import type { Json } from '../json.ts'
import type { Field, FieldConstraints, FieldTypeName, Template } from '../model.ts'
import type { OperatorName } from './operators.ts'
import type { Ordering } from './orderings.ts'

/** All that there is to know about a field type; one file each. */
export interface FieldType {
  readonly name: FieldTypeName
  /** The scalar of input and output; `own` where each field of this type gives rise to a GraphQL type of its own. */
  readonly scalar: 'String' | 'Int' | 'Float' | 'Boolean' | Scalar | 'own'
  /** What its filters are called after, where that is not the scalar. */
  readonly filterName?: string
  /** The operators that `where` takes, besides those that lists have; `schema` makes the filters from them. */
  readonly operators: readonly OperatorName[]
  /** Undefined: not comparable, so it takes no part in `orderBy`, indexes, uniqueness and keys. */
  readonly ordering: Ordering | undefined
  /** The scalars of averages and sums, where values can be added up. */
  readonly totals?: Readonly<Record<'avg' | 'sum', string>>
  readonly canBeKey: boolean
  /** Values are written as texts: an unquoted 20.10 or 7 has lost its form by the time that YAML has read it. */
  readonly needsQuotes?: true
  /** The most bytes that an index has room for, where what orders a value is longer than the value itself. */
  readonly longestIndexed?: number
  /** Filters may look inside of its values, by a path. */
  readonly hasInside?: true
  /** The constraints that may be written for it; for a list they hold for each item. */
  readonly constraints: readonly (keyof FieldConstraints)[]
  /**
   * Checks one value, not null and not a list, as GraphQL or a template gives it,
   * and returns it in the one form in which it is stored. Throws `ValueError` with what it takes.
   */
  readonly parse: (value: unknown, field: Field, context: ParseContext) => Json
}

/** A scalar that GraphQL itself does not have. */
export interface Scalar {
  readonly name: string
  readonly description: string
  /** To the stored form; throws `ValueError`. Unless given, any JSON is taken as it is. */
  readonly parse?: (value: unknown) => string
}

export interface ParseContext {
  readonly templateOf: (name: string) => Template
  /** Checks a value of another field, inside this one, and collects what is wrong with it. Undefined: not given. */
  readonly parseMember: (value: unknown, member: Field, segment: string) => Json | undefined
}

/** Says what a value should have been, in a sentence that goes on after the value: `"x" is not …`. */
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
export const textOperators = ['contains', 'startsWith', 'endsWith'] as const
/** The operators of lists, beside those of every type. */
export const listOperators = ['has', 'hasSome', 'hasEvery', 'isEmpty'] as const

/** What the scalar is called in GraphQL; undefined if each field has a type of its own. */
export function scalarNameOf({ scalar }: FieldType): string | undefined {
  if (typeof scalar !== 'string') return scalar.name
  return scalar === 'own' ? undefined : scalar
}

/** Whether values are texts that people write as they like, so that parts of them are looked for, with or without regard to case. */
export function hasTextOperators({ operators }: FieldType): boolean {
  return textOperators.some((name) => operators.includes(name))
}
