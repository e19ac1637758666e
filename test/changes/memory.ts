/**
 * What a registry has stored, in memory: of each field of an object, its value in each form that the field has had. Written from
 * the contract, not from the program.
 */

import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../src/template/json.ts'
import { convert } from './convert.ts'
import { type Drafts, type FieldDraft, keyOf, type TemplateDraft } from './drafts.ts'

/** A form of a field; renaming the field, or adding optional members, keeps it. */
export interface Form {
  readonly id: number
  draft: FieldDraft
}

export interface MemoryObject {
  readonly template: number
  /** By the id of the form. */
  readonly values: Map<number, Json>
  /** Attributes that no field names, of templates that allow them. */
  readonly extras: Map<string, Json>
}

export interface Memory {
  drafts: Drafts
  /** The forms of each field, by its id: the present one first. */
  readonly forms: Map<number, readonly Form[]>
  /** What a required field gives to objects that lack it. */
  readonly fills: Map<number, Json>
  readonly objects: MemoryObject[]
  nextForm: number
}

/** The value that a clock or chance decides: known once the registry has shown it. */
export const unknown = '\u0001unknown'

export function createMemory(drafts: Drafts): Memory {
  const memory: Memory = { drafts, forms: new Map(), fills: new Map(), objects: [], nextForm: 1 }
  for (const field of drafts.templates.flatMap(({ fields }) => fields)) addForm(memory, field)
  return memory
}

function addForm(memory: Memory, draft: FieldDraft): void {
  const form = { id: memory.nextForm++, draft }
  memory.forms.set(draft.id, [form, ...formsOf(memory, draft.id)])
}

export function formsOf(memory: Memory, field: number): readonly Form[] {
  return memory.forms.get(field) ?? []
}

export function worldOf({ templates, removed }: Drafts): readonly TemplateDraft[] {
  return [...templates, ...removed]
}

export function objectsOf(memory: Memory, template: number): readonly MemoryObject[] {
  return memory.objects.filter((object) => object.template === template)
}

/** The key of an object as errors and samples have it. */
export function printKeyOf(object: MemoryObject, template: TemplateDraft, memory: Memory): string {
  return JSON.stringify(keyOf(template).map(({ id }) => object.values.get(formsOf(memory, id)[0]?.id ?? 0)))
}

/** What a reference has for an object: the value of its only key field, or those of all by their ids. */
export function referenceTo(object: MemoryObject, template: TemplateDraft, memory: Memory): Json {
  const parts = keyOf(template).map(({ id }) => [id, object.values.get(formsOf(memory, id)[0]?.id ?? 0)] as const)
  return parts.length === 1 ? (parts[0]?.[1] as Json) : (Object.fromEntries(parts) as Json)
}

export function findTarget(value: Json, { to }: FieldDraft, memory: Memory): MemoryObject | undefined {
  const template = worldOf(memory.drafts).find(({ id }) => id === to) as TemplateDraft
  return objectsOf(memory, template.id).find((object) =>
    isDeepStrictEqual(referenceTo(object, template, memory), value),
  )
}

/** Makes the forms of the next templates, with their values. Fills nothing yet. */
export function continueForms(memory: Memory, next: Drafts): void {
  const former = memory.drafts
  memory.drafts = next
  for (const template of next.templates) {
    const was = worldOf(former).find(({ id }) => id === template.id)
    for (const field of template.fields) {
      continueField(memory, field, was)
      for (const object of objectsOf(memory, template.id)) convertForms(memory, object, field.id)
    }
  }
}

function continueField(memory: Memory, field: FieldDraft, was: TemplateDraft | undefined): void {
  const forms = formsOf(memory, field.id)
  if (forms.length === 0 && was?.isOpen) takeExtras(memory, field, was)
  const same = forms.find((form) => isSameForm(form.draft, field))
  if (!same) addForm(memory, field)
  else {
    same.draft = field
    memory.forms.set(field.id, [same, ...forms.filter((form) => form !== same)])
  }
}

/** Additional attributes of the field's name are its values from now on. */
function takeExtras(memory: Memory, field: FieldDraft, template: TemplateDraft): void {
  addForm(memory, anyOf(field))
  const id = formsOf(memory, field.id)[0]?.id ?? 0
  for (const { values, extras } of objectsOf(memory, template.id)) {
    const value = extras.get(field.name)
    if (value !== undefined) values.set(id, value)
    extras.delete(field.name)
  }
}

function anyOf(field: FieldDraft): FieldDraft {
  return {
    ...field,
    type: 'json',
    list: false,
    required: false,
    values: [],
    members: [],
    to: undefined,
    constraints: {},
  }
}

const texts: ReadonlySet<string> = new Set(['string', 'version', 'enum'])
const kindOf = ({ type, list }: FieldDraft) => `${texts.has(type) ? 'text' : type} ${list}`

function isSameForm(form: FieldDraft, field: FieldDraft): boolean {
  return (
    kindOf(form) === kindOf(field) &&
    form.to === field.to &&
    field.members.every((member) => {
      const was = form.members.find(({ id }) => id === member.id)
      return was ? isSameForm(was, member) : !(member.required && member.default !== undefined)
    })
  )
}

/** The present form gets its value from the newest form that has one. */
function convertForms(memory: Memory, object: MemoryObject, field: number): void {
  const [present, ...others] = formsOf(memory, field)
  if (!present || object.values.has(present.id)) return
  const source = others.find(({ id }) => object.values.has(id))
  if (source) letFollow(memory, object, field, source)
}

/** Sets a value in one form; all others follow. */
export function setForm(
  memory: Memory,
  object: MemoryObject,
  field: number,
  form: Form,
  value: Json | undefined,
): void {
  const { values } = object
  if (isDeepStrictEqual(values.get(form.id), value)) return
  if (value === undefined) values.delete(form.id)
  else values.set(form.id, value)
  letFollow(memory, object, field, form)
}

/** What leads to the same value stays as it was written. */
function letFollow(memory: Memory, { values }: MemoryObject, field: number, form: Form): void {
  const world = worldOf(memory.drafts)
  const value = values.get(form.id)
  for (const other of formsOf(memory, field)) {
    if (other === form) continue
    const held = values.get(other.id)
    if (value !== undefined && held !== undefined) {
      const back = convert(held, other.draft, form.draft, world)
      if (isDeepStrictEqual(back, value)) continue
    }
    values.delete(other.id)
    const converted = value === undefined ? undefined : convert(value, form.draft, other.draft, world)
    if (converted !== undefined && reaches(converted, other.draft, memory)) values.set(other.id, converted)
  }
}

/** Whether a reference leads to existing objects, where it must. */
export function reaches(value: Json, field: FieldDraft, memory: Memory): boolean {
  if (field.type !== 'reference' || field.onMissing === 'allow') return true
  const items = field.list ? (value as readonly Json[]) : [value]
  return items.every((item) => findTarget(item, field, memory) !== undefined)
}

/** Whether the field has a value in any form. */
export function hasAny(memory: Memory, object: MemoryObject, field: number): boolean {
  return formsOf(memory, field).some(({ id }) => object.values.has(id))
}

export function presentValue(memory: Memory, object: MemoryObject, field: number): Json | undefined {
  return object.values.get(formsOf(memory, field)[0]?.id ?? 0)
}
