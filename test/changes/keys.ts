/** The keys that templates have and had, and what references make of them. */

import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../src/template/json.ts'
import { toPlain } from './convert.ts'
import { anyOf, type Drafts, type FieldDraft, keyFieldsOf, keyOf, type TemplateDraft } from './drafts.ts'
import { type Form, formsOf, type Key, type Memory, type MemoryObject, objectsOf, worldOf } from './memory.ts'

/** The templates whose key is another one, or contains such a key; those come first that the others refer to. */
export function findRekeyed(former: Drafts, next: Drafts): readonly number[] {
  const found: number[] = []
  const isRekeyed = (id: number): boolean => {
    const [was, is] = [former, next].map((drafts) => worldOf(drafts).find((template) => template.id === id))
    if (!was || !is || found.includes(id)) return found.includes(id)
    const changed = !isDeepStrictEqual(was.key, is.key)
    const leadsTo = keyOf(is).filter(({ to }) => to !== undefined && isRekeyed(to)).length > 0
    if (changed || leadsTo) found.push(id)
    return changed || leadsTo
  }
  for (const { id } of next.templates) isRekeyed(id)
  return found
}

export function keysOf(memory: Memory, template: number): readonly Key[] {
  return memory.keys.get(template) ?? []
}

/** Begins another key of a template; its parts follow when all fields have their forms. */
export function beginKey(memory: Memory, template: number): void {
  const keys = keysOf(memory, template)
  memory.keys.set(template, [{ template, version: keys.length, parts: [], objects: new Set() }, ...keys])
}

export function completeKey(memory: Memory, template: TemplateDraft): void {
  const [key, ...formers] = keysOf(memory, template.id)
  if (!key) return
  const parts = keyOf(template).map((field) => ({ field, form: formsOf(memory, field.id)[0]?.id ?? 0 }))
  memory.keys.set(template.id, [{ ...key, parts }, ...formers])
}

/** Pins the references that lead to the present keys of these templates, which are about to become the former ones. */
export function pinKeys(memory: Memory, rekeyed: readonly number[], former: Drafts): void {
  const pinned = new Map<number, readonly FieldDraft[]>()
  const pin = (field: FieldDraft): FieldDraft => {
    const toKey = pinned.get(field.to ?? 0)
    return toKey && !field.toKey ? { ...field, toKey } : field
  }
  for (const id of rekeyed) {
    const template = worldOf(former).find((one) => one.id === id)
    if (template) pinned.set(id, keyOf(template).map(pin))
    const [key, ...others] = keysOf(memory, id)
    if (!key) continue
    for (const object of objectsOf(memory, id)) object.unfilled.clear()
    const parts = key.parts.map(({ field, form }) => ({ field: pin(field), form }))
    memory.keys.set(id, [{ ...key, parts, objects: new Set(objectsOf(memory, id)) }, ...others])
  }
  for (const form of [...memory.forms.values()].flat()) {
    const isGone = form.to !== undefined && pinned.has(form.draft.to ?? 0) && form.draft.toKey !== undefined
    // What it leads to has ended: its values stay, as any values.
    if (isGone) for (const { values } of memory.objects) nameParts(values, form)
    form.draft = isGone ? anyOf(form.draft) : pin(form.draft)
    if (isGone) form.to = undefined
  }
}

/** A reference that leads nowhere any more has the parts of the key under the names under which they are stored: their first ones. */
function nameParts(values: Map<number, Json>, { id, draft }: Form): void {
  const value = values.get(id)
  if (value === undefined) return
  const firstNamed = (field: FieldDraft): FieldDraft => ({
    ...field,
    name: field.name.replace(/r\d+$/, ''),
    toKey: field.toKey?.map(firstNamed),
  })
  values.set(id, toPlain(value, firstNamed(draft), []))
}

/** The values of an object's key, as a reference has them: of its only field, or those of all by their ids. */
export function referenceTo(object: MemoryObject, { parts }: Key): Json | undefined {
  const values = parts.map(({ field, form }) => [field.id, object.values.get(form)] as const)
  if (values.some(([, value]) => value === undefined)) return undefined
  return values.length === 1 ? values[0]?.[1] : (Object.fromEntries(values) as Json)
}

/** The objects that have this key: all, or those in the former storage. What was there before is gone. */
export function objectsUnder(memory: Memory, key: Key): readonly MemoryObject[] {
  const [present, former] = keysOf(memory, key.template)
  if (key.version === present?.version) return objectsOf(memory, key.template)
  return key.version === former?.version ? [...former.objects] : []
}

export function findTarget(value: Json, to: number | undefined, memory: Memory, version?: number) {
  const keys = keysOf(memory, to ?? 0)
  const key = version === undefined ? keys[0] : keys.find((one) => one.version === version)
  return key && objectsUnder(memory, key).find((object) => isDeepStrictEqual(referenceTo(object, key), value))
}

/** The key of an object as errors and samples have it. */
export function printKey(object: MemoryObject, key: Key, memory: Memory): string {
  const parts = key.parts.map(({ field, form }) => listParts(object.values.get(form) ?? null, field, memory))
  return JSON.stringify(parts)
}

/** The value of a key's field; that of a reference as the parts of the key that it leads to. */
function listParts(value: Json, field: FieldDraft, memory: Memory): Json {
  if (field.type !== 'reference') return value
  const key = keyFieldsOf(field, worldOf(memory.drafts))
  const held = (id: number) => (key.length === 1 ? value : ((value as Readonly<Record<number, Json>>)[id] ?? null))
  return key.map((part) => listParts(held(part.id), part, memory))
}

/** The object has been written: it is in the former storage as well, unless another one has its former key. */
export function putBehind(memory: Memory, object: MemoryObject): void {
  const former = keysOf(memory, object.template)[1]
  if (!former) return
  const value = referenceTo(object, former)
  object.unfilled.clear()
  former.objects.delete(object)
  const isTaken = [...former.objects].some((other) => isDeepStrictEqual(referenceTo(other, former), value))
  if (value !== undefined && !isTaken) former.objects.add(object)
}
