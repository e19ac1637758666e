/** The names of our arguments, which give way to a template's own. */

import type { NamedField } from '../graphql-names.ts'

/** An argument of ours beside those of the key fields. If a key field has its name, it gets a `_`: `_version`. */
export function ownArgumentOf({ key }: { readonly key: readonly Pick<NamedField, 'name'>[] }, name: string): string {
  return key.some((field) => field.name === name) ? `_${name}` : name
}

/** The argument of a deletion by key that gives the version. */
export function ifVersionArgumentOf(template: { readonly key: readonly Pick<NamedField, 'name'>[] }): string {
  return ownArgumentOf(template, 'ifVersion')
}

/** The argument of a list that filters what `latestPer` leaves. If a field has the name `whereLatest`, the argument is `_whereLatest`. */
export function whereLatestArgumentOf({ fields }: { readonly fields: readonly Pick<NamedField, 'name'>[] }): string {
  return fields.some((field) => field.name === 'whereLatest') ? '_whereLatest' : 'whereLatest'
}

/** The argument of a template's root fields that read the past. If one of its fields has the name `at`, it is `_at`. */
export function atArgumentOf(fields: readonly Pick<NamedField, 'name'>[]): string {
  return fields.some((field) => field.name === 'at') ? '_at' : 'at'
}

/** The field of a payload that tells what a write has changed. If the object's own field has the name `changes`, it is `_changes`. */
export function changesFieldOf({ fieldName }: { readonly fieldName: string }): string {
  return fieldName === 'changes' ? '_changes' : 'changes'
}

/** A field of an event of a subscription. If the object's own field has its name, it gets a `_`: `_kind`. */
export function ownEventFieldOf(
  { fieldName }: { readonly fieldName: string },
  name: 'kind' | 'cursor' | 'before',
): string {
  return fieldName === name ? `_${name}` : name
}
