import type { JsonObject } from '../../template/json.ts'
import type { Template } from '../../template/model.ts'
import type { ItemTarget, References } from '../plan.ts'

/** The versions of what has been under a key, oldest first, or a part of them, as another registry has exported them. */
export interface ImportedHistory {
  /** The position in the caller's list. */
  readonly index: number
  readonly template: Template
  readonly key: string
  /** The version that stands right before these; undefined: they are the oldest that are kept. */
  readonly after: number | undefined
  readonly versions: readonly ImportedVersion[]
  /** What the last version refers to: it must exist, if that version is not a deletion. */
  readonly targets: readonly ItemTarget[]
}

/** Times are in their stored form, with six decimals. */
export interface ImportedVersion {
  /** Undefined: the log of the other registry does not tell of the change. */
  readonly outcome: 'CREATED' | 'UPDATED' | 'DELETED' | undefined
  readonly version: number
  readonly uuid: string
  readonly time: string
  readonly actor: string | null
  readonly run: string | null
  readonly onBehalfOf: string | null
  /** In its stored form; undefined for a deletion, or if it was not kept. */
  readonly document: JsonObject | undefined
  readonly refs: References
  readonly createTime: string
  readonly createdBy: string | null
  readonly createdFor: string | null
  readonly updatedBy: string | null
  readonly updatedFor: string | null
  readonly updateTime: string
  /** The object has only been confirmed since. */
  readonly isConfirmed: boolean
}

/** From when on the past of a template is known. */
export interface ImportedSince {
  readonly template: Template
  readonly since: string
}

export interface PlannedImport {
  readonly histories: readonly ImportedHistory[]
  readonly sinces: readonly ImportedSince[]
}
