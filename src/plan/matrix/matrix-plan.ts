import type { Limits } from '../../limits.ts'
import type { Json } from '../../template/json.ts'
import type { Field } from '../../template/model.ts'
import type { Naming } from '../../template/naming.ts'
import type { Condition } from '../condition.ts'
import type { VerdictPlan } from '../latest/plan-verdict.ts'
import type { ObjectSelection, TypenameEntry } from '../plan.ts'
import type { Source } from '../source.ts'

/** The values of a field, or the targets of a reference, crossed with the targets of another reference. */
export interface MatrixPlan {
  readonly source: Source
  readonly rows: MatrixRows
  readonly columns: MatrixColumns
  /** The objects that count. */
  readonly where: Condition
  /** How the latest object of a cell is judged; undefined: a cell is only PRESENT or MISSING. */
  readonly verdict: VerdictPlan | undefined
  readonly entries: readonly MatrixEntry[]
  /** The statement checks these limits, because only it knows the matrix's size. */
  readonly limits: Limits
  /** Whether the statement also says if there are cells and all have passed. */
  readonly isAwaited?: true | undefined
}

export type MatrixRows =
  /** All values that the field has in any object. */
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
  /** The canonical key, if the field is a reference. */
  readonly key: string | undefined
  /** As it is stored. */
  readonly value: Json
}

export interface MatrixColumns {
  /** A single reference. */
  readonly field: Field
  readonly target: Source
  readonly where: Condition
}

export type MatrixEntry =
  | TypenameEntry
  | { readonly kind: 'rows'; readonly key: string; readonly entries: readonly RowEntry[] }
  | { readonly kind: 'columns'; readonly key: string; readonly selection: ObjectSelection }
  | { readonly kind: 'cells'; readonly key: string; readonly entries: readonly CellEntry[] }
  | { readonly kind: 'missing' | 'notPassed'; readonly key: string; readonly entries: readonly CellEntry[] }
  | { readonly kind: 'counts'; readonly key: string; readonly entries: readonly CountsEntry[] }
  | { readonly kind: 'count'; readonly key: string; readonly of: MatrixCountName }
  /** Whether there are cells, and all have passed. */
  | { readonly kind: 'holds'; readonly key: string }

/** `verdicts` has one letter for each cell of the row, in the order of the columns. */
export type RowEntry = TypenameEntry | { readonly kind: 'row' | 'verdicts'; readonly key: string }

/** The number of cells with a verdict. */
export type CountsEntry = TypenameEntry | { readonly kind: 'count'; readonly key: string; readonly of: Verdict }

/** The verdicts that cells can have, each with its letter. */
export const verdictLetters = { PASSED: 'P', FAILED: 'F', STALE: 'S', MISSING: 'M', PRESENT: '+' } as const
export type Verdict = keyof typeof verdictLetters

/** The fields of a cell; one that is missing or has not passed has fewer of them. */
export type CellEntry =
  | TypenameEntry
  | { readonly kind: 'row' | 'state' | 'verdict' | 'count'; readonly key: string }
  | { readonly kind: 'column' | 'latest'; readonly key: string; readonly selection: ObjectSelection }

export type MatrixCountName = 'totalCount' | 'presentCount' | 'missingCount'
