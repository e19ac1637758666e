/** What a plan must say, worked out from the memory alone. */

import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../src/template/json.ts'
import type { Drafts, FieldDraft, TemplateDraft } from './drafts.ts'
import { continueForms, convertAll, isSameConvert, reaches, setForm } from './forms.ts'
import { keysOf, printKey, putBehind, referenceTo } from './keys.ts'
import type { Key } from './memory.ts'
import { formsOf, hasAny, type Memory, type MemoryObject, objectsOf, presentValue, unknown, worldOf } from './memory.ts'
import { keepsRules } from './values.ts'

/** An effect that is not SAFE, the number of objects, and up to five of their keys: `host fields.size CONVERTS 1 ["a"]`. */
export type Verdict = string

/** Applies the templates to the memory, and returns the verdicts of the plan, sorted. */
export function applyDrafts(memory: Memory, next: Drafts): readonly Verdict[] {
  const former = memory.drafts
  const verdicts: Verdict[] = []
  // What the former templates had has to be counted, and named, before values convert.
  const counted = structuredClone(memory)
  const rekeyed = continueForms(memory, next)
  const print = (object: MemoryObject) => {
    const was = counted.objects[memory.objects.indexOf(object)] ?? object
    return printKey(was, keysOf(counted, was.template)[0] as Key, counted)
  }
  const say = (template: string, path: string, effect: string, objects: readonly MemoryObject[]) => {
    if (objects.length === 0 && effect !== 'RENAMES') return
    // The samples of a conflict are those of one value.
    const samples = effect === 'CONFLICTS' ? [] : objects.map(print).sort().slice(0, 5)
    verdicts.push([template, path, effect, objects.length, ...samples].join(' '))
  }
  for (const template of former.templates)
    if (!next.templates.some(({ id }) => id === template.id))
      say(template.name, '', 'ORPHANS', objectsOf(memory, template.id))
  const judge = (template: TemplateDraft, was: TemplateDraft, fields: readonly FieldDraft[]) => {
    const objects = objectsOf(memory, template.id)
    for (const declared of fields) {
      const field = obliging(declared, template)
      const path = `fields.${field.name}`
      const held =
        was.fields.find(({ id }) => id === field.id) ?? former.removedFields[was.id]?.find(({ id }) => id === field.id)
      const before = held && obliging(held, was)
      // While a field was gone, nothing was required of it.
      const isBack = !was.fields.some(({ id }) => id === field.id)
      const obliged = before && { ...before, required: before.required && !isBack }
      for (const [effect, found, inner = path] of judgeField(memory, counted, template, obliged, field, isBack))
        say(template.name, inner, effect, found)
      const lacking = objects.filter((object) => !hasAny(memory, object, field.id))
      fillField(memory, objects, obliged, field)
      if (rekeyed.includes(template.id))
        for (const object of lacking) for (const { id } of formsOf(memory, field.id)) object.unfilled.add(id)
      if (field.unique && !(before?.unique && isSameType(before, field)))
        say(template.name, path, 'CONFLICTS', listDuplicates(memory, objects, field))
    }
  }
  const continued = next.templates.flatMap((template) => {
    const was = worldOf(former).find(({ id }) => id === template.id)
    return was ? [{ template, was, isKey: ({ id }: FieldDraft) => template.key.includes(id) }] : []
  })
  for (const { template, was, isKey } of continued) judge(template, was, template.fields.filter(isKey))
  // References follow as soon as what they lead to has its key.
  const byId = (id: number) => next.templates.filter((template) => template.id === id)
  convertAll(memory, rekeyed.flatMap(byId), ({ id }, { key }) => key.includes(id))
  convertAll(memory, next.templates)
  for (const { template, was, isKey } of continued) {
    judge(
      template,
      was,
      template.fields.filter((field) => !isKey(field)),
    )
    const objects = objectsOf(memory, template.id)
    if (was.name !== template.name) say(template.name, 'name', 'RENAMES', objects)
    if (rekeyed.includes(template.id)) {
      say(template.name, 'key', 'REKEYS', objects)
      say(template.name, 'key', 'CONFLICTS', listKeyless(memory, template.id))
      for (const gone of next.removed)
        if (gone.fields.some((field) => leadsTo(counted, field, template.id)))
          say(gone.name, '', 'CONFLICTS', objectsOf(memory, gone.id))
    }
    for (const field of was.fields)
      if (!template.fields.some(({ id }) => id === field.id))
        say(
          template.name,
          `fields.${field.name}`,
          'ORPHANS',
          objects.filter((object) => hasAny(memory, object, field.id)),
        )
  }
  putChanged(memory, counted, rekeyed)
  return verdicts.sort()
}

/** A field of the key is always required. */
function obliging(field: FieldDraft, { key }: TemplateDraft): FieldDraft {
  return key.includes(field.id) ? { ...field, required: true } : field
}

/** The objects that have no key, or that of another one. */
function listKeyless(memory: Memory, template: number): readonly MemoryObject[] {
  const objects = objectsOf(memory, template)
  const [key] = keysOf(memory, template)
  const values = objects.map((object) => key && referenceTo(object, key))
  return objects.filter(
    (_, i) => values[i] === undefined || values.filter((value) => isDeepStrictEqual(value, values[i])).length > 1,
  )
}

/** Objects that have changed are put into the storage with their former keys again, in the order of their keys. */
function putChanged(memory: Memory, counted: Memory, rekeyed: readonly number[]): void {
  const changed = memory.objects.filter(
    ({ template, values }, i) => !rekeyed.includes(template) && !isDeepStrictEqual(values, counted.objects[i]?.values),
  )
  const printed = changed.map(
    (object) => [printKey(object, keysOf(memory, object.template)[0] as Key, memory), object] as const,
  )
  for (const [, object] of printed.sort(([a], [b]) => (a < b ? -1 : 1))) putBehind(memory, object)
}

/** Whether the field refers to a template, by the key that it has. */
function leadsTo(memory: Memory, field: FieldDraft, template: number): boolean {
  const [form] = formsOf(memory, field.id)
  return form?.draft.to === template && form.to === keysOf(memory, template)[0]?.version
}

type Judgement = readonly [effect: string, objects: readonly MemoryObject[], path?: string]

function judgeField(
  memory: Memory,
  counted: Memory,
  template: TemplateDraft,
  before: FieldDraft | undefined,
  field: FieldDraft,
  isBack: boolean,
): readonly Judgement[] {
  const objects = objectsOf(memory, template.id)
  const having = objects.filter((object) => hasAny(memory, object, field.id))
  const moving = listMoving(memory, counted, objects, field)
  const breaking = (reason: string) => objects.filter((object) => reasonOf(memory, object, field) === reason)
  const result: Judgement[] = []
  if (before && before.name !== field.name) result.push(['RENAMES', having])
  const hadExtras = !before && formsOf(memory, field.id).length > 1
  const [wasForm] = formsOf(counted, field.id)
  const [isForm] = formsOf(memory, field.id)
  // A reference whose target got another key while it was gone has another form, although its type is the same.
  const isRetyped = hadExtras || (before !== undefined && (wasForm?.id !== isForm?.id || !isSameType(before, field)))
  const follows = field.to !== undefined && wasForm?.draft.to === field.to && wasForm.to === (isForm?.to ?? 0) - 1
  const isSaid = field.convert !== undefined && !isSameConvert(wasForm?.convert, field.convert)
  // What does not fit does not fit any less.
  const isWide =
    before?.list === field.list &&
    !isSaid &&
    (isWider(before, field) || (wasForm?.id === isForm?.id && hasWiderMembers(before, field)))
  if (follows) result.push(['REKEYS', moving])
  else if (isRetyped) {
    const leadsElsewhere = before?.type === 'reference' && field.type === 'reference' && before.to !== field.to
    const effect = leadsElsewhere ? 'ORPHANS' : isOnlyFilled(before, field) ? 'FILLS' : 'CONVERTS'
    if (!isWide) result.push([effect, moving])
  }
  const isTighter =
    before?.type === 'enum' && field.type === 'enum' && before.values.some((value) => !field.values.includes(value))
  const mustReach =
    before?.type === 'reference' &&
    field.type === 'reference' &&
    before.onMissing === 'allow' &&
    field.onMissing === 'reject'
  // While a field was gone, no value of it was checked.
  const isUnchecked = isBack && before !== undefined && !isRetyped
  if (!follows && ((isRetyped && !isWide) || isTighter || mustReach || isUnchecked))
    result.push(['VIOLATES', breaking('unfit')])
  if (field.required && !before?.required)
    result.push([field.default === undefined ? 'VIOLATES' : 'FILLS', breaking('lacking')])
  // The enums of its members are rules of an object.
  const isOtherObject = isRetyped && before?.type === 'object' && field.type === 'object'
  if (isOtherObject || !isDeepStrictEqual(rulesOf(isBack ? undefined : before), rulesOf(field)))
    result.push(['VIOLATES', breaking('rule')])
  if (before && wasForm?.id === isForm?.id) result.push(...judgeMembers(counted, memory, template, before, field))
  return result
}

/** Members that were renamed or removed, of objects that stay as they are. Objects here hold no objects. */
function judgeMembers(
  counted: Memory,
  memory: Memory,
  template: TemplateDraft,
  before: FieldDraft,
  field: FieldDraft,
): readonly Judgement[] {
  const having = (member: FieldDraft) =>
    objectsOf(memory, template.id).filter((object) => {
      const was = counted.objects[memory.objects.indexOf(object)] ?? object
      const value = presentValue(counted, was, field.id)
      const items = (Array.isArray(value) ? value : value === undefined ? [] : [value]) as Record<string, Json>[]
      return items.some((item) => item[member.id] !== undefined)
    })
  const path = `fields.${field.name}.fields`
  return before.members.flatMap((member): Judgement[] => {
    const is = field.members.find(({ id }) => id === member.id)
    if (!is) return [['ORPHANS', having(member), `${path}.${member.name}`]]
    return is.name === member.name ? [] : [['RENAMES', having(member), `${path}.${is.name}`]]
  })
}

/** The objects with a value in the form that a field had, whose values move to another form, or are read otherwise. */
function listMoving(
  memory: Memory,
  counted: Memory,
  objects: readonly MemoryObject[],
  field: FieldDraft,
): readonly MemoryObject[] {
  const [present, ...others] = formsOf(memory, field.id)
  const [before] = formsOf(counted, field.id)
  const forms = before?.id === present?.id ? [present] : others
  return objects.filter((object) => {
    const { values } = (before && counted.objects[memory.objects.indexOf(object)]) ?? object
    return forms.some((form) => form && values.has(form.id))
  })
}

/** Whether an object is only another because of new members that are required and have a default. */
function isOnlyFilled(before: FieldDraft | undefined, field: FieldDraft): boolean {
  if (before?.type !== 'object' || field.type !== 'object' || before.list !== field.list) return false
  return field.members.every((member) => {
    const was = before.members.find(({ id }) => id === member.id)
    return !was || (was.type === member.type && was.list === member.list)
  })
}

const wider: ReadonlySet<string> = new Set(['int bigint', 'int float', 'version string', 'enum string'])
const isWider = (before: FieldDraft, field: FieldDraft) => wider.has(`${before.type} ${field.type}`)

/** Whether the members that have other types take all values that they had. */
function hasWiderMembers(before: FieldDraft, field: FieldDraft): boolean {
  if (before.type !== 'object' || field.type !== 'object') return false
  return field.members.every((member) => {
    const was = before.members.find(({ id }) => id === member.id)
    return !was || (was.list === member.list && (was.type === member.type || isWider(was, member)))
  })
}

function isSameType(before: FieldDraft, field: FieldDraft): boolean {
  return (
    before.type === field.type &&
    before.list === field.list &&
    before.to === field.to &&
    field.members.every((member) => {
      const was = before.members.find(({ id }) => id === member.id)
      const isFilled = member.required && member.default !== undefined && !was?.required
      return !isFilled && (!was || (was.type === member.type && was.list === member.list))
    })
  )
}

const rulesOf = (field: FieldDraft | undefined): unknown => [
  field?.constraints ?? {},
  field?.members.map((member) => [member.id, member.required, member.constraints]) ?? [],
]

/** Why an object's value breaks the rules of a field; undefined if it keeps them. */
export function reasonOf(
  memory: Memory,
  object: MemoryObject,
  field: FieldDraft,
): 'lacking' | 'unfit' | 'rule' | undefined {
  const value = presentValue(memory, object, field.id)
  if (value === undefined) {
    if (hasAny(memory, object, field.id)) return 'unfit'
    return field.required ? 'lacking' : undefined
  }
  if (value === unknown) return undefined
  if (!isOfEnum(value, field) || !reaches(value, field, memory)) return 'unfit'
  return keepsRules(value, field) && membersFit(value, field) ? undefined : 'rule'
}

function membersFit(value: Json, field: FieldDraft): boolean {
  const items = (Array.isArray(value) ? value : [value]) as readonly Readonly<Record<string, Json>>[]
  return field.members.every((member) =>
    items.every((item) => item[member.id] === undefined || isOfEnum(item[member.id] as Json, member)),
  )
}

export function isOfEnum(value: Json, field: FieldDraft): boolean {
  if (field.type !== 'enum') return true
  return (field.list ? (value as readonly Json[]) : [value]).every((item) => field.values.includes(String(item)))
}

/** Fills what a newly required field with a default lacks. */
function fillField(
  memory: Memory,
  objects: readonly MemoryObject[],
  before: FieldDraft | undefined,
  field: FieldDraft,
): void {
  if (!field.required || field.default === undefined) {
    memory.fills.delete(field.id)
    return
  }
  if (before?.required && !memory.fills.has(field.id)) return
  const isRetyped = before !== undefined && !isSameType(before, field)
  if (!before?.required) memory.fills.set(field.id, isComputed(field.default) ? unknown : field.default)
  else if (isRetyped) memory.fills.set(field.id, unknown)
  for (const object of objects) fillObject(memory, object, field.id)
}

export function fillObject(memory: Memory, object: MemoryObject, field: number): void {
  const fill = memory.fills.get(field)
  const [present] = formsOf(memory, field)
  if (fill === undefined || !present || hasAny(memory, object, field)) return
  if (fill === unknown) for (const form of formsOf(memory, field)) object.values.set(form.id, unknown)
  else setForm(memory, object, field, present, fill)
}

export function isComputed(fallback: Json): boolean {
  return typeof fallback === 'object' && fallback !== null && !Array.isArray(fallback)
}

/** The objects that share their value with another. */
function listDuplicates(memory: Memory, objects: readonly MemoryObject[], field: FieldDraft): readonly MemoryObject[] {
  const values = objects.map((object) => presentValue(memory, object, field.id))
  return objects.filter((_, i) => {
    const value = values[i]
    return (
      value !== undefined && value !== unknown && values.filter((other) => isDeepStrictEqual(other, value)).length > 1
    )
  })
}
