import type { MetaFieldName } from '../../template/meta-fields.ts'
import type { Field } from '../../template/model.ts'
import type { Source } from '../source.ts'

/** A value that objects are grouped by and that is not a field of theirs: `["image", "distr"]`, `["labels", "team"]`, `["tags"]`. */
export interface GroupPath {
  /** What leads from the object to the place of the value; none for a value in the object's own document. */
  readonly steps: readonly PathStep[]
  readonly value: PathValue
}

export type PathStep =
  /** To the target of a reference, or to the targets of a list of them. */
  | { readonly kind: 'reference'; readonly field: Field; readonly target: Source }
  /** To the items of the list at that place. */
  | { readonly kind: 'items'; readonly at: readonly string[]; readonly filling?: Field }

/** Places start at the document of an object or at an item; an empty one is the item itself. `filling` is as in conditions. */
export type PathValue =
  | { readonly kind: 'field'; readonly field: Field; readonly at: readonly string[]; readonly filling?: Field }
  | {
      readonly kind: 'json'
      readonly field: Field
      readonly at: readonly string[]
      readonly filling?: Field
      readonly path: readonly string[]
    }
  | { readonly kind: 'meta'; readonly field: MetaFieldName }

/** Whether an object may have several values at that path. */
export function leadsThroughList({ steps }: GroupPath): boolean {
  return steps.some((step) => step.kind === 'items' || step.field.list)
}
