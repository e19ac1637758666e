import type { Condition } from '../condition.ts'
import type { DocumentForm, FieldChangeEntry, VersionSource } from '../past/history-plan.ts'
import type { ObjectSelection, TypenameEntry } from '../plan.ts'

/** What a subscription tells of the changes of a template. */
export interface ChangedPlan extends VersionSource {
  readonly document: DocumentForm
  /** Which objects; undefined: all. */
  readonly where: Condition | undefined
  readonly entries: readonly ChangedEntry[]
}

export type ChangedEntry =
  | TypenameEntry
  | { readonly kind: 'kind'; readonly key: string }
  | { readonly kind: 'cursor'; readonly key: string }
  | { readonly kind: 'before'; readonly key: string }
  | { readonly kind: 'object'; readonly key: string; readonly selection: ObjectSelection }
  | { readonly kind: 'changes'; readonly key: string; readonly entries: readonly FieldChangeEntry[] }
