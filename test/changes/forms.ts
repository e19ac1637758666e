/** How the forms of a value follow each other, and what becomes of them when templates change. */

import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../src/template/json.ts'
import { convert, invert } from './convert.ts'
import { anyOf, type Drafts, type FieldDraft, type TemplateDraft } from './drafts.ts'
import { beginKey, completeKey, findRekeyed, findTarget, keysOf, objectsUnder, pinKeys, referenceTo } from './keys.ts'
import { type Form, formsOf, type Memory, type MemoryObject, objectsOf, worldOf } from './memory.ts'

export function createMemory(drafts: Drafts): Memory {
  const memory: Memory = { drafts, forms: new Map(), keys: new Map(), fills: new Map(), objects: [], nextForm: 1 }
  for (const template of drafts.templates) {
    beginKey(memory, template.id)
    for (const field of template.fields) addForm(memory, field)
    completeKey(memory, template)
  }
  return memory
}

function addForm(memory: Memory, draft: FieldDraft): void {
  const forms = formsOf(memory, draft.id)
  const others = forms.map(({ id }) => id)
  const form = {
    ...{ id: memory.nextForm++, draft, to: versionOf(memory, draft), members: membersOf(forms[0], draft) },
    ...{ convert: others.length > 0 ? draft.convert : undefined, convertsFrom: others },
  }
  memory.forms.set(draft.id, [form, ...formsOf(memory, draft.id)])
}

function membersOf(former: Form | undefined, draft: FieldDraft): readonly number[] {
  return [...new Set([...(former?.members ?? []), ...draft.members.map(({ id }) => id)])]
}

/** The version of the key to which a reference leads now. All versions are known before a reference gets its form. */
function versionOf(memory: Memory, { to }: FieldDraft): number | undefined {
  return to === undefined ? undefined : (keysOf(memory, to)[0]?.version ?? 0)
}

/**
 * Makes the forms of the next templates, with their values, but for references to templates that get other keys. Fills nothing yet.
 * Returns these templates.
 */
export function continueForms(memory: Memory, next: Drafts): readonly number[] {
  const former = memory.drafts
  const rekeyed = findRekeyed(former, next)
  pinKeys(memory, rekeyed, former)
  memory.drafts = next
  for (const id of rekeyed) beginKey(memory, id)
  for (const template of next.templates) {
    const was = worldOf(former).find(({ id }) => id === template.id)
    for (const field of template.fields) continueField(memory, field, was)
    if (!was) beginKey(memory, template.id)
    // A key may have fields that have just got their forms.
    if (!was || rekeyed.includes(template.id)) completeKey(memory, template)
  }
  convertAll(memory, next.templates, ({ to }) => to === undefined || !rekeyed.includes(to))
  return rekeyed
}

/** Gives the present forms of these fields their values. */
export function convertAll(
  memory: Memory,
  templates: readonly TemplateDraft[],
  test: (field: FieldDraft, template: TemplateDraft) => boolean = () => true,
): void {
  for (const template of templates)
    for (const field of template.fields.filter((one) => test(one, template)))
      for (const object of objectsOf(memory, template.id)) convertForms(memory, object, field.id)
}

function continueField(memory: Memory, field: FieldDraft, was: TemplateDraft | undefined): void {
  const forms = formsOf(memory, field.id)
  if (forms.length === 0 && was?.isOpen) takeExtras(memory, field, was)
  const same = forms.find(
    (form) =>
      isSameForm(form.draft, field) &&
      form.to === versionOf(memory, field) &&
      keepsTexts(form, field) &&
      hasPlaces(form, field, forms[0]),
  )
  if (!same) addForm(memory, field)
  else {
    const others = forms.filter((form) => form !== same)
    if (field.convert && !isSameConvert(same.convert, field.convert)) {
      same.convert = others.length > 0 ? field.convert : undefined
      same.convertsFrom = others.map(({ id }) => id)
    }
    same.draft = field
    same.members = membersOf(same, field)
    memory.forms.set(field.id, [same, ...others])
  }
}

export const isSameConvert = (one: FieldDraft['convert'], other: FieldDraft['convert']) =>
  isDeepStrictEqual({ ...one }, { ...other })

/** Values of a member would be out of reach in an earlier form of the object that has no such member. */
function hasPlaces(form: Form, field: FieldDraft, present: Form | undefined): boolean {
  return field.members.every(({ id }) => !present?.members.includes(id) || form.members.includes(id))
}

/** Texts that become others are another form. */
function keepsTexts({ convert }: Form, field: FieldDraft): boolean {
  return !texts.has(field.type) || !field.convert || isSameConvert(convert, field.convert)
}

/** What becomes a value of this form: with what its `convert` says, or else the way back from the form to which one led. */
function targetOf(memory: Memory, field: number, form: Form): FieldDraft {
  const source = formsOf(memory, field).find((one) => one.convert && one.convertsFrom.includes(form.id))
  const convert = form.convert ?? (source?.convert && invert(source.convert, form.draft, worldOf(memory.drafts)))
  return { ...form.draft, convert }
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

const texts: ReadonlySet<string> = new Set(['string', 'version', 'enum'])
const kindOf = ({ type, list }: FieldDraft) => `${texts.has(type) ? 'text' : type} ${list}`

function isSameForm(form: FieldDraft, field: FieldDraft): boolean {
  return (
    kindOf(form) === kindOf(field) &&
    form.to === field.to &&
    field.members.every((member) => {
      const was = form.members.find(({ id }) => id === member.id)
      const isFilled = member.required && member.default !== undefined && !was?.required
      return !isFilled && (!was || isSameForm(was, member))
    })
  )
}

/** The present form gets its value from the newest form that has one, and so do former ones: a value may fit now that did not. */
function convertForms(memory: Memory, object: MemoryObject, field: number): void {
  const forms = formsOf(memory, field)
  const [present] = forms
  if (!present || object.values.has(present.id)) return
  const source = forms.find(({ id }) => object.values.has(id))
  const lacking = forms.filter(({ id }) => !object.values.has(id))
  if (source) for (const form of lacking) follow(memory, object, field, source, form)
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

/** Gives all other forms the value of this one. */
function letFollow(memory: Memory, object: MemoryObject, field: number, form: Form): void {
  for (const other of formsOf(memory, field)) if (other !== form) follow(memory, object, field, form, other)
}

/** Gives the other form the value of this one. What leads to the same value stays as it was written. */
function follow(memory: Memory, { values }: MemoryObject, field: number, form: Form, other: Form): void {
  const world = worldOf(memory.drafts)
  const value = values.get(form.id)
  const held = values.get(other.id)
  // The same object by another key is looked up again.
  const isRekeyed = form.to !== other.to && form.draft.to !== undefined && form.draft.to === other.draft.to
  if (!isRekeyed && value !== undefined && held !== undefined) {
    const back = convert(held, other.draft, targetOf(memory, field, form), world)
    if (isDeepStrictEqual(back, value)) return
  }
  values.delete(other.id)
  if (value === undefined) return
  const converted = isRekeyed
    ? leadByKey(memory, value, form, other)
    : convert(value, form.draft, targetOf(memory, field, other), world)
  if (converted !== undefined && reaches(converted, other.draft, memory, other.to)) values.set(other.id, converted)
}

/** The reference to the same objects by another key of theirs. */
function leadByKey(memory: Memory, value: Json, { draft, to }: Form, other: Form): Json | undefined {
  const keys = keysOf(memory, draft.to ?? 0)
  const key = keys.find(({ version }) => version === other.to)
  const found = (draft.list ? (value as readonly Json[]) : [value]).map((one) => {
    const target = findTarget(one, draft.to, memory, to)
    return target && key && objectsUnder(memory, key).includes(target) ? referenceTo(target, key) : undefined
  })
  if (found.some((one) => one === undefined)) return undefined
  if (other.draft.list) return found as Json[]
  return found.length === 1 ? found[0] : undefined
}

/** Whether a reference leads to existing objects, where it must. */
export function reaches(value: Json, field: FieldDraft, memory: Memory, version?: number): boolean {
  if (field.type !== 'reference' || field.onMissing === 'allow') return true
  const items = field.list ? (value as readonly Json[]) : [value]
  return items.every((item) => findTarget(item, field.to, memory, version) !== undefined)
}
