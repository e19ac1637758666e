import type { MetaFieldName } from '../../template/meta-fields.ts'
import type { Field } from '../../template/model.ts'
import type { Condition } from '../condition.ts'
import type { Given } from '../open-value.ts'

/** One number, or one value of a field, that summarizes objects. */
export type Measure =
  /** How many there are, or how many of them match. */
  | { readonly kind: 'count'; readonly where: Condition | undefined }
  /** The part of them that matches, from 0 to 1; null if there are none. */
  | { readonly kind: 'rate'; readonly where: Condition }
  | ({ readonly kind: 'value' } & AggregateFunction & ({ readonly field: Field } | { readonly meta: MetaFieldName }))

/** What is done with the values of a field; absent ones take no part. */
export type AggregateFunction =
  | { readonly function: 'min' | 'max' | 'avg' | 'sum' | 'distinctCount' }
  /** The interpolated value below which that part of the values lies. */
  | { readonly function: 'percentile'; readonly fraction: Given<number> }

export type AggregateFunctionName = AggregateFunction['function']
