import type { Field } from '../../template/model.ts'
import type { Naming } from '../../template/naming.ts'
import type { Given } from '../open-value.ts'
import type { ObjectSelection, TypenameEntry } from '../plan.ts'
import type { Source } from '../source.ts'

/** `search(text:, templates:, first:)`: the objects of several templates that have all words. */
export interface SearchPlan {
  /** At least one. */
  readonly words: Given<readonly string[]>
  readonly size: number
  /** In the order in which objects come that fit equally well. */
  readonly targets: readonly SearchTarget[]
  readonly entries: readonly SearchEntry[]
}

/** A template whose objects are searched. */
export interface SearchTarget {
  readonly source: Source
  /** The fields whose values are searched: the object's own, then references. */
  readonly fields: readonly Field[]
  /** Those among them with members that are gone and whose values are still stored. */
  readonly withHidden: readonly HidingField[]
}

/** A field, and how its value is read without the members that are gone. */
export interface HidingField {
  readonly field: Field
  readonly naming: Naming
}

export type SearchEntry =
  | TypenameEntry
  | { readonly kind: 'nodes'; readonly key: string; readonly entries: readonly FoundEntry[] }

/** What is shown of an object that was found. */
export type FoundEntry =
  | TypenameEntry
  /** The name of the field in which it was found. */
  | { readonly kind: 'field'; readonly key: string }
  /** One selection for each target. */
  | { readonly kind: 'object'; readonly key: string; readonly selections: readonly ObjectSelection[] }
