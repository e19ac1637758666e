import type { Field, Template } from '../model.ts'
import type { Effect } from './template-plan.ts'

/** A change between the templates as last applied and the next ones. What it does depends on the stored objects. */
export interface TemplateChange {
  readonly template: Template
  /** Within the template's file: `['fields', 'size']`. */
  readonly path: readonly string[]
  /** In words. */
  readonly change: string
  /** What to find out about the stored objects of which template; undefined if it does not matter. */
  readonly question: Question | undefined
  /** The effect if the question finds objects; SAFE otherwise, and without a question. */
  readonly effect: Effect
  /** Another change says the same already, unless objects are found. */
  readonly isAside?: true
}

/** Which objects a change concerns. */
export type Question =
  | { readonly kind: 'all' }
  /** Those with a value at one of these places: attributes from the document inwards. */
  | { readonly kind: 'present'; readonly places: readonly (readonly string[])[] }
  /** Those that break a rule of the field, for this reason. */
  | { readonly kind: 'breaking'; readonly field: Field; readonly reason: BreakReason }
  /** Those that share their value of a unique field with another. */
  | { readonly kind: 'duplicates'; readonly field: Field }
  /** Those that have all of these fields, and share their values with another. */
  | { readonly kind: 'shared'; readonly fields: readonly Field[] }
  /** Those whose value does not fit into an index. */
  | { readonly kind: 'tooLong'; readonly field: Field }
  /** Those that lack a field of the key, or whose key would be too long. */
  | { readonly kind: 'keyless'; readonly key: readonly Field[] }
  /** Those that share their values of the key's fields with another. */
  | { readonly kind: 'sameKeys'; readonly key: readonly Field[] }
  /** Those of which versions are removed by the template's `history`. */
  | { readonly kind: 'expired' }
  /** Those that are deleted by the template's `retain`. */
  | { readonly kind: 'outgrown' }

/** `lacking`: no value, although required. `unfit`: a value that is not of the type and does not convert. `rule`: any other rule. */
export type BreakReason = 'lacking' | 'unfit' | 'rule'
