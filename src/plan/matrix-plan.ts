import type { Limits } from '../limits.ts'
import type { Json } from '../template/json.ts'
import type { Field } from '../template/model.ts'
import type { Naming } from '../template/naming.ts'
import type { Condition } from './condition.ts'
import type { ObjectSelection } from './plan.ts'
import type { Source } from './source.ts'

/** The values of a field, or the objects that a reference leads to, crossed with those that another reference leads to. */
export interface MatrixPlan {
  readonly source: Source
  readonly rows: MatrixRows
  readonly columns: MatrixColumns
  /** The objects that count. */
  readonly where: Condition
  readonly entries: readonly MatrixEntry[]
  /** How large it may be: known only to the statement. */
  readonly limits: Limits
}

export type MatrixRows =
  /** The values that the field has, in whatever object. */
  | { readonly kind: 'values'; readonly field: Field }
  /** All objects of the reference's target. */
  | {
      readonly kind: 'targets'
      readonly field: Field
      readonly target: Source
      readonly naming: Naming | undefined
    }
  /** These, in this order. */
  | {
      readonly kind: 'given'
      readonly field: Field
      readonly values: readonly MatrixRow[]
      readonly naming: Naming | undefined
    }

export interface MatrixRow {
  /** The canonical key where the field is a reference. */
  readonly key: string | undefined
  /** As it is stored. */
  readonly value: Json
}

export interface MatrixColumns {
  /** A single reference. */
  readonly field: Field
  readonly target: Source
  readonly where: Condition
  /** graphql-js has to be told which type the columns have. */
  readonly namesType: boolean
}

export type MatrixEntry =
  | { readonly kind: 'typename'; readonly key: string; readonly name: string }
  | { readonly kind: 'rows'; readonly key: string }
  | { readonly kind: 'columns'; readonly key: string; readonly selection: ObjectSelection }
  | { readonly kind: 'cells'; readonly key: string; readonly entries: readonly CellEntry[] }
  | { readonly kind: 'missing'; readonly key: string; readonly entries: readonly CellEntry[] }
  | { readonly kind: 'count'; readonly key: string; readonly of: MatrixCountName }

/** The fields of a cell; those of a missing one are `row` and `column`. */
export type CellEntry =
  | { readonly kind: 'typename'; readonly key: string; readonly name: string }
  | { readonly kind: 'row' | 'state' | 'count'; readonly key: string }
  | { readonly kind: 'column' | 'latest'; readonly key: string; readonly selection: ObjectSelection }

export type MatrixCountName = 'totalCount' | 'presentCount' | 'missingCount'
