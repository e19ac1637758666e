import type { JsonObject } from '../../template/json.ts'
import type { TemplateModel } from '../../template/model.ts'
import type { FormerNaming, Naming } from '../../template/naming.ts'
import type { Condition } from '../condition.ts'
import type { PageInfoEntry, TypenameEntry } from '../plan.ts'
import type { Source } from '../source.ts'

/** How a stored document is shown: as `_document`, with the names that its fields have now. */
export interface DocumentForm {
  readonly naming: Naming | undefined
  readonly formers: readonly FormerNaming[]
}

/** What it takes to find versions, and to judge by the rules of access whether they may be read. */
export interface VersionSource {
  readonly source: Source
  /** All templates, with which documents of then are brought in step. */
  readonly model: TemplateModel
  /** The reference fields, and how the keys of their targets follow from a document: versions from before there was a past have only that. */
  readonly references: readonly { readonly attribute: string; readonly form: JsonObject }[]
}

/** The versions of an object, or of all objects that have had a key, newest first. */
export interface HistoryPlan extends VersionSource {
  readonly document: DocumentForm
  readonly size: number
  readonly after: VersionCursor | undefined
  readonly entries: readonly HistoryEntry[]
}

/** What the cursors of a list begin with: those of another list are refused. */
export const pastCursors = { versions: '_versions', diff: '_diff', exported: '_exported' } as const

/** The last version before a page: its number, and the change that made it. */
export type VersionCursor = readonly [version: string, sequence: string]

type HistoryEntry = PageEntry<VersionEntry>

/** The last change before a page of an export: the key of its object, and its place in the log. */
export type ExportCursor = readonly [key: string, sequence: string]

/** A field of a page of versions, or of differences. */
export type PageEntry<Node> =
  | TypenameEntry
  | { readonly kind: 'nodes'; readonly key: string; readonly entries: readonly Node[] }
  | { readonly kind: 'pageInfo'; readonly key: string; readonly entries: readonly PageInfoEntry[] }
  | { readonly kind: 'totalCount'; readonly key: string }

export type VersionEntry =
  | TypenameEntry
  | { readonly kind: 'value'; readonly key: string; readonly name: VersionValue }
  | { readonly kind: 'document'; readonly key: string }
  | { readonly kind: 'changes'; readonly key: string; readonly entries: readonly FieldChangeEntry[] }

export type VersionValue = 'outcome' | 'version' | 'time' | 'actor' | 'onBehalfOf' | 'run'

export type FieldChangeEntry = TypenameEntry | { readonly kind: FieldChangePart; readonly key: string }

export type FieldChangePart = 'field' | 'before' | 'after'

/** The objects that differ between two times, in the order of their keys. */
export interface DiffPlan {
  readonly earlier: DiffSide
  readonly later: DiffSide
  readonly document: DocumentForm
  readonly size: number
  /** The canonical key of the last object before the page. */
  readonly after: string | undefined
  readonly entries: readonly PageEntry<DiffEntry>[]
}

/** The objects as they were at one of the times, and which of them match. */
export interface DiffSide {
  readonly source: Source
  readonly where: Condition
}

export type DiffEntry =
  | TypenameEntry
  | { readonly kind: 'outcome' | 'key' | 'before' | 'after'; readonly key: string }
  | { readonly kind: 'changes'; readonly key: string; readonly entries: readonly FieldChangeEntry[] }
