/**
 * The plan of one root field of a request: immutable data, without GraphQL's syntax and without SQL.
 * A selection is keyed by response key, like the response.
 */

import type { InputIssue, Path } from '../errors.ts'
import type { Json, JsonObject } from '../template/json.ts'
import type { MetaFieldName } from '../template/meta-fields.ts'
import type { Field } from '../template/model.ts'
import type { TargetKeys } from '../template/object-key.ts'
import type { Condition } from './condition.ts'
import type { AggregateEntry, GroupByPlan } from './groups.ts'
import type { AwaitedRead, EnoughPlan } from './live/awaited-plan.ts'
import type { MatrixPlan } from './matrix/matrix-plan.ts'
import type { Given } from './open-value.ts'
import type { DiffPlan, DocumentForm, HistoryPlan } from './past/history-plan.ts'
import type { SearchPlan } from './search/search-plan.ts'
import type { Source } from './source.ts'

/** The fields of one object, in the order of the response. */
export interface ObjectSelection {
  readonly source: Source
  readonly entries: readonly ObjectEntry[]
}

/** The name of the object's type, which can be selected everywhere. */
export interface TypenameEntry {
  readonly kind: 'typename'
  readonly key: string
  readonly name: string
}

export type ObjectEntry =
  | TypenameEntry
  | { readonly kind: 'field'; readonly key: string; readonly field: Field }
  | { readonly kind: 'members'; readonly key: string; readonly field: Field; readonly members: readonly MemberEntry[] }
  | { readonly kind: 'meta'; readonly key: string; readonly entries: readonly MetaEntry[] }
  /** The uuid, as the `id` of a node. */
  | { readonly kind: 'id'; readonly key: string }
  | ({ readonly kind: 'document'; readonly key: string } & DocumentForm)
  | { readonly kind: 'reference'; readonly key: string; readonly field: Field; readonly selection: ObjectSelection }
  | { readonly kind: 'connection'; readonly key: string; readonly field: Field; readonly connection: ConnectionPlan }
  /** The versions of the object. */
  | { readonly kind: 'history'; readonly key: string; readonly history: HistoryPlan }

/** A selection inside an `object` field. */
export type MemberEntry =
  | TypenameEntry
  | { readonly kind: 'field'; readonly key: string; readonly field: Field }
  | { readonly kind: 'members'; readonly key: string; readonly field: Field; readonly members: readonly MemberEntry[] }

export type MetaEntry = TypenameEntry | { readonly kind: 'meta'; readonly key: string; readonly field: MetaFieldName }

export interface ConnectionPlan {
  readonly source: Source
  readonly where: Condition
  /** Keeps only the latest match for each combination of values of these fields. */
  readonly latestPer: readonly Field[] | undefined
  /** Which of those remain; always, without `latestPer`. */
  readonly whereLatest: Condition
  readonly order: readonly OrderTerm[]
  readonly page: Page
  readonly entries: readonly ConnectionEntry[]
}

export type ConnectionEntry =
  | TypenameEntry
  | { readonly kind: 'nodes'; readonly key: string; readonly selection: ObjectSelection }
  | { readonly kind: 'edges'; readonly key: string; readonly entries: readonly EdgeEntry[] }
  | { readonly kind: 'pageInfo'; readonly key: string; readonly entries: readonly PageInfoEntry[] }
  | { readonly kind: 'totalCount'; readonly key: string }
  | { readonly kind: 'aggregate'; readonly key: string; readonly entries: readonly AggregateEntry[] }
  | { readonly kind: 'groupBy'; readonly key: string; readonly groups: GroupByPlan }

export type EdgeEntry =
  | TypenameEntry
  | { readonly kind: 'cursor'; readonly key: string }
  | { readonly kind: 'node'; readonly key: string; readonly selection: ObjectSelection }

export type PageInfoEntry =
  | TypenameEntry
  | { readonly kind: 'pageInfo'; readonly key: string; readonly field: PageInfoFieldName }

export type PageInfoFieldName = 'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor'

/** One level of an ordering; the last one is always the key, so that the ordering is total. */
export type OrderTerm =
  | { readonly kind: 'field'; readonly field: Field; readonly direction: Direction }
  | { readonly kind: 'meta'; readonly field: MetaFieldName; readonly direction: Direction }
  /** A value of the object that references lead to; absent if the object is missing. */
  | {
      readonly kind: 'referenced'
      readonly through: readonly OrderStep[]
      readonly of: OrderValue
      readonly direction: Direction
    }
  /** How many objects refer to the object, or how many of them match. */
  | {
      readonly kind: 'related'
      /** The name of the reverse side. */
      readonly name: string
      readonly source: Source
      /** The reference field of `source`. */
      readonly field: Field
      readonly where: Condition
      /** As in `OrderStep`. */
      readonly join: number
      readonly direction: Direction
    }
  | { readonly kind: 'key'; readonly direction: Direction }

export type OrderValue =
  | { readonly kind: 'field'; readonly field: Field }
  | { readonly kind: 'meta'; readonly field: MetaFieldName }

/** A single reference on the path from an object to the value that it is ordered by. */
export interface OrderStep {
  readonly field: Field
  readonly target: Source
  /** Identifies the targets of an ordering: the same number for the same path. */
  readonly join: number
}

export type Direction = 'asc' | 'desc'

export interface Page {
  /** From the beginning (`first`, `after`) or from the end (`last`, `before`). */
  readonly from: 'start' | 'end'
  readonly size: number
  /** The ordering's values of the objects just outside the page, a text or null for each term. */
  readonly after: Cursor | undefined
  readonly before: Cursor | undefined
}

export type Cursor = readonly (string | null)[]

/** A read: one statement that returns one JSON value. */
export type ReadPlan = PresentRead & { readonly past?: PastRead; readonly awaited?: AwaitedRead }

/** A read of what objects were. */
export interface PastRead {
  /** The time as of which it reads, in its stored form. */
  readonly at: Given<string>
  /** The argument that gives this time. */
  readonly argument: string
  /** An earlier time that it compares with, if it does. */
  readonly from?: Given<string>
  /** Whether relative times of its filters start from now, as those of a read of the present do. */
  readonly isUntilNow?: true
  /** The templates of all objects that it looks at: their names by their stored names. */
  readonly templates: ReadonlyMap<string, string>
  /** Those among them of which no past is kept. */
  readonly unkept: ReadonlySet<string>
  /** The object of any template that it looks for by its uuid. */
  readonly sought?: SoughtObject<Given<string>> | undefined
}

/** An object of any template. All names are stored ones. */
export interface SoughtObject<Uuid> {
  readonly uuid: Uuid
  /** The templates of which it may be: their types. */
  readonly types: ReadonlyMap<string, string>
  /** Those of them of which nothing else is looked at. */
  readonly alternatives: ReadonlySet<string>
  /** Those of them of which the caller may read all objects. */
  readonly open: ReadonlySet<string>
}

type PresentRead =
  | { readonly kind: 'object'; readonly key: Given<string>; readonly selection: ObjectSelection }
  | { readonly kind: 'connection'; readonly connection: ConnectionPlan }
  /** An object of any template, with a selection for each. */
  | { readonly kind: 'uuid'; readonly uuid: Given<string>; readonly selections: readonly ObjectSelection[] }
  | { readonly kind: 'matrix'; readonly matrix: MatrixPlan }
  | { readonly kind: 'search'; readonly search: SearchPlan }
  /** The versions of all objects that have had a key. */
  | { readonly kind: 'history'; readonly key: Given<string>; readonly history: HistoryPlan }
  | { readonly kind: 'diff'; readonly diff: DiffPlan }
  | { readonly kind: 'enough'; readonly enough: EnoughPlan }

/** One object to upsert: the given values, and the document for creating it. */
export interface UpsertItem {
  /** The position in the caller's list. */
  readonly index: number
  readonly key: string
  /** The document of a new object: the given values, and defaults for the others. */
  readonly create: JsonObject
  readonly createRefs: References
  /** The given values, without the key fields, which never change. */
  readonly patch: JsonObject
  readonly patchRefs: References
  /** The attributes given as null. */
  readonly cleared: readonly string[]
  /** What changes in place, by attribute. An object that is created has it in `create` already. */
  readonly change?: Readonly<Record<string, ChangeStep>>
  /** The values that break rules, by attribute: they are written only to an object that has them already. */
  readonly keep?: JsonObject
  readonly ifVersion: number | undefined
  /** The imported metadata, used if the object is new. */
  readonly meta: ImportedMeta | undefined
  /** The objects that must exist. */
  readonly targets: readonly ItemTarget[]
  /** Nothing is left to be checked once it is known whether the object is new. */
  readonly isComplete: boolean
}

/** What becomes of a value where it stands: a number to add, as text if the field stores texts; or what a list gets and loses. */
export type ChangeStep =
  | { readonly increment: number | string; readonly isFloat: boolean }
  | {
      readonly add: readonly Json[]
      readonly remove: readonly Json[]
      /** Where the items are references: their canonical keys, by which they are the same. */
      readonly addKeys?: readonly string[]
      readonly removeKeys?: readonly string[]
    }

/** `_meta` of an imported object, in its stored form. */
export type ImportedMeta = Readonly<Partial<Record<MetaFieldName, Json>>>

export interface ItemTarget {
  /** The place of the reference in the input: `['image']`, in a list `['needs', 1]`. */
  readonly place: Path
  /** Its place in the request, if it is not in the input. */
  readonly path?: Path
  /** The same for people, by the reference's own name: `image`, `needs.1`. */
  readonly name: string
  readonly to: string
  readonly key: string
  /** The reference is a default: it is written, and its target must exist, only if the object is new. */
  readonly ifCreated: boolean
  /** The rules that its key breaks: an object that has it already may be referred to. At least one. */
  readonly broken?: readonly InputIssue[]
}

/** Maps a reference's attribute to the canonical key of its target, or to the keys of its targets if it is a list. */
export type References = Readonly<Record<string, TargetKeys>>

/** One statement that writes objects with different keys, and their history. If the target of a given reference is missing, it writes nothing. */
export interface UpsertPlan {
  readonly items: readonly UpsertItem[]
  readonly author: Author
  /** All that is given replaces what is stored, whatever the fields' `merge` says: for a write that restores a version. */
  readonly overwrites?: boolean | undefined
  /** When an earlier statement of the same write wrote: the times of all items follow from it. */
  readonly time?: string | undefined
  /** The result of the write has the documents. */
  readonly tellsDocuments?: boolean | undefined
  /** The request writes more objects than one. */
  readonly isOfMany: boolean
  /** The objects that must exist, by template. */
  readonly targets: readonly Targets[]
}

export interface Targets {
  readonly source: Source
  /** If one of these is missing, nothing is written. */
  readonly keys: readonly string[]
  /** The keys that only new objects need. Which objects are new is known only when they are written. */
  readonly keysIfCreated: readonly string[]
}

/** Who writes, and in which run of a pipeline; undefined if unknown. */
export interface Author {
  readonly actor: string | undefined
  readonly run: string | undefined
  /** Whom a caller with credentials of its own acts for, as it says. */
  readonly onBehalfOf?: string | undefined
}
