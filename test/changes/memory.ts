/**
 * What a registry has stored, in memory: of each field of an object, its value in each form that the field has had. Written from
 * the contract, not from the program.
 */

import type { Json } from '../../src/template/json.ts'
import type { Drafts, FieldDraft, TemplateDraft } from './drafts.ts'

/** A form of a field; renaming the field, or adding optional members, keeps it. */
export interface Form {
  readonly id: number
  draft: FieldDraft
  /** Of a reference: the version of the key to which it leads. */
  to: number | undefined
  /** What `convert` made of the values of other forms, by their texts; it outlasts the line in the file. */
  convert: Readonly<Record<string, Json>> | undefined
  /** The ids of the forms whose values it was about. */
  convertsFrom: readonly number[]
  /** Of an object: the ids of all members that it has, or that were removed. */
  members: readonly number[]
}

export interface MemoryObject {
  readonly template: number
  /** By the id of the form. */
  readonly values: Map<number, Json>
  /** Attributes that no field names, of templates that allow them. */
  readonly extras: Map<string, Json>
  /** The forms whose values came with another key, so that the former storage gets them with the next write. */
  readonly unfilled: Set<number>
}

/** A key of a template; another one gives its objects another storage. */
export interface Key {
  /** The id of the template. */
  readonly template: number
  /** From 0. */
  readonly version: number
  readonly parts: readonly { readonly field: FieldDraft; readonly form: number }[]
  /** The objects in the storage, while it is the former one: those whose key another object has are left out. */
  readonly objects: Set<MemoryObject>
}

export interface Memory {
  drafts: Drafts
  /** The forms of each field, by its id: the present one first. */
  readonly forms: Map<number, readonly Form[]>
  /** The keys of each template, by its id: the present one first. */
  readonly keys: Map<number, readonly Key[]>
  /** What a required field gives to objects that lack it. */
  readonly fills: Map<number, Json>
  readonly objects: MemoryObject[]
  nextForm: number
}

/** The value that a clock or chance decides: known once the registry has shown it. */
export const unknown = '\u0001unknown'

export function formsOf(memory: Memory, field: number): readonly Form[] {
  return memory.forms.get(field) ?? []
}

export function worldOf({ templates, removed }: Drafts): readonly TemplateDraft[] {
  return [...templates, ...removed]
}

export function objectsOf(memory: Memory, template: number): readonly MemoryObject[] {
  return memory.objects.filter((object) => object.template === template)
}

/** Whether the field has a value in any form. */
export function hasAny(memory: Memory, object: MemoryObject, field: number): boolean {
  return formsOf(memory, field).some(({ id }) => object.values.has(id))
}

export function presentValue(memory: Memory, object: MemoryObject, field: number): Json | undefined {
  return object.values.get(formsOf(memory, field)[0]?.id ?? 0)
}
