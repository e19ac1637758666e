/** What a plan must say, worked out from the memory alone. */

import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../src/template/json.ts'
import type { Drafts, FieldDraft, TemplateDraft } from './drafts.ts'
import {
  continueForms,
  formsOf,
  hasAny,
  type Memory,
  type MemoryObject,
  objectsOf,
  presentValue,
  reaches,
  setForm,
  unknown,
  worldOf,
} from './memory.ts'
import { keepsRules } from './values.ts'

/** An effect that is not SAFE: `host fields.size CONVERTS 3`. */
export type Verdict = string

/** Applies the templates to the memory, and returns the verdicts of the plan, sorted. */
export function applyDrafts(memory: Memory, next: Drafts): readonly Verdict[] {
  const former = memory.drafts
  const verdicts: Verdict[] = []
  // What the former templates had has to be counted before values convert.
  const counted = structuredClone(memory)
  continueForms(memory, next)
  const say = (template: string, path: string, effect: string, objects: number) => {
    if (objects > 0 || effect === 'RENAMES')
      verdicts.push(`${template} ${path} ${effect}${effect === 'RENAMES' ? '' : ` ${objects}`}`)
  }
  for (const template of former.templates)
    if (!next.templates.some(({ id }) => id === template.id))
      say(template.name, '', 'ORPHANS', objectsOf(memory, template.id).length)
  for (const template of next.templates) {
    const was = worldOf(former).find(({ id }) => id === template.id)
    if (!was) continue
    const objects = objectsOf(memory, template.id)
    if (was.name !== template.name) say(template.name, 'name', 'RENAMES', objects.length)
    for (const field of template.fields) {
      const path = `fields.${field.name}`
      const before =
        was.fields.find(({ id }) => id === field.id) ?? former.removedFields[was.id]?.find(({ id }) => id === field.id)
      // While a field was gone, nothing was required of it.
      const isBack = !was.fields.some(({ id }) => id === field.id)
      const obliged = before && { ...before, required: before.required && !isBack }
      for (const [effect, count, inner = path] of judgeField(memory, counted, template, obliged, field))
        say(template.name, inner, effect, count)
      fillField(memory, objects, obliged, field)
      if (field.unique && !(before?.unique && isSameType(before, field)))
        say(template.name, path, 'CONFLICTS', countDuplicates(memory, objects, field))
    }
    for (const field of was.fields)
      if (!template.fields.some(({ id }) => id === field.id))
        say(template.name, `fields.${field.name}`, 'ORPHANS', objects.filter((o) => hasAny(memory, o, field.id)).length)
  }
  return verdicts.sort()
}

type Judgement = readonly [effect: string, objects: number, path?: string]

function judgeField(
  memory: Memory,
  counted: Memory,
  template: TemplateDraft,
  before: FieldDraft | undefined,
  field: FieldDraft,
): readonly Judgement[] {
  const objects = objectsOf(memory, template.id)
  const count = (test: (object: MemoryObject) => boolean) => objects.filter(test).length
  const has = (object: MemoryObject) => hasAny(memory, object, field.id)
  const result: Judgement[] = []
  if (before && before.name !== field.name) result.push(['RENAMES', count(has)])
  const hadExtras = !before && formsOf(memory, field.id).length > 1
  const isRetyped = hadExtras || (before !== undefined && !isSameType(before, field))
  if (isRetyped) {
    const leadsElsewhere = before?.type === 'reference' && field.type === 'reference'
    const isWide = before?.list === field.list && wider.has(`${before?.type} ${field.type}`)
    if (!isWide) result.push([leadsElsewhere ? 'ORPHANS' : 'CONVERTS', count(has)])
  }
  const isTighter =
    before?.type === 'enum' && field.type === 'enum' && before.values.some((value) => !field.values.includes(value))
  const mustReach = before?.onMissing === 'allow' && field.onMissing === 'reject'
  if (isRetyped || isTighter || mustReach)
    result.push(['VIOLATES', count((object) => reasonOf(memory, object, field) === 'unfit')])
  if (field.required && !before?.required)
    result.push([
      field.default === undefined ? 'VIOLATES' : 'FILLS',
      count((object) => reasonOf(memory, object, field) === 'lacking'),
    ])
  if (!isDeepStrictEqual(rulesOf(before), rulesOf(field)))
    result.push(['VIOLATES', count((object) => reasonOf(memory, object, field) === 'rule')])
  if (before && !isRetyped) result.push(...judgeMembers(counted, template, before, field))
  return result
}

/** Members that were renamed or removed, of objects that stay as they are. Objects here hold no objects. */
function judgeMembers(
  counted: Memory,
  template: TemplateDraft,
  before: FieldDraft,
  field: FieldDraft,
): readonly Judgement[] {
  const having = (member: FieldDraft) =>
    objectsOf(counted, template.id).filter((object) => {
      const value = presentValue(counted, object, field.id)
      const items = (Array.isArray(value) ? value : value === undefined ? [] : [value]) as Record<string, Json>[]
      return items.some((item) => item[member.id] !== undefined)
    }).length
  const path = `fields.${field.name}.fields`
  return before.members.flatMap((member): Judgement[] => {
    const is = field.members.find(({ id }) => id === member.id)
    if (!is) return [['ORPHANS', having(member), `${path}.${member.name}`]]
    return is.name === member.name ? [] : [['RENAMES', having(member), `${path}.${is.name}`]]
  })
}

const wider: ReadonlySet<string> = new Set(['int bigint', 'int float', 'version string', 'enum string'])

function isSameType(before: FieldDraft, field: FieldDraft): boolean {
  return (
    before.type === field.type &&
    before.list === field.list &&
    before.to === field.to &&
    field.members.every((member) => {
      const was = before.members.find(({ id }) => id === member.id)
      return was
        ? was.type === member.type && was.list === member.list
        : !(member.required && member.default !== undefined)
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

/** How many objects share their value with another. */
function countDuplicates(memory: Memory, objects: readonly MemoryObject[], field: FieldDraft): number {
  const values = objects.map((object) => presentValue(memory, object, field.id))
  const isShared = (value: Json | undefined) =>
    value !== undefined && value !== unknown && values.filter((other) => isDeepStrictEqual(other, value)).length > 1
  return values.filter(isShared).length
}
