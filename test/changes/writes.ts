/** Random writes that the templates of a server allow, in the registry and in memory. */

import { isDeepStrictEqual } from 'node:util'
import { rootFieldNamesOf } from '../../src/template/graphql-names.ts'
import type { Json } from '../../src/template/json.ts'
import type { Template } from '../../src/template/model.ts'
import { toPlain } from './convert.ts'
import { enumNames, type FieldDraft, keyOf, type TemplateDraft } from './drafts.ts'
import { extraNames } from './edits.ts'
import { fillObject, isComputed } from './expected-plan.ts'
import { setForm } from './forms.ts'
import { findTarget, keysOf, objectsUnder, printKey, putBehind, referenceTo } from './keys.ts'
import type { Key } from './memory.ts'
import { hasAny, type Memory, type MemoryObject, objectsOf, presentValue, unknown, worldOf } from './memory.ts'
import type { Random } from './random.ts'
import { formIn, isBehind, keyIn, newestForm, objectsIn, type Server, type World } from './serve.ts'
import { keepsRules, newValue } from './values.ts'

/** By the ids of fields; null clears. */
type Input = ReadonlyMap<number, Json>

export async function writeObject(world: World, server: Server, random: Random): Promise<void> {
  const { memory } = world
  const template = random.pick(server.drafts.templates)
  const own = objectsIn(server, template.id, memory)
  const found = own.length > 0 && random.oneIn(2) ? random.pick(own) : undefined
  const input = found
    ? choosePatch(memory, server, template, found, random)
    : chooseNew(memory, server, template, random)
  if (!input || (!found && own.some((object) => isKeyOf(object, keyIn(server, template.id, memory), input)))) return
  const extras =
    template.isOpen && random.oneIn(2) ? { [random.pick(extraNames)]: random.pick<Json>(['7', 7, [1], null]) } : {}
  const given = withoutFields(extras, template, memory)
  const next = structuredClone(memory)
  const object = writeToMemory(next, server, template, found && memory.objects.indexOf(found), input, given)
  const isTaken = hasDuplicates(next)
  const { errors, data } = await sendWrite(world, server, template, input, given)
  const code = errors?.[0]?.extensions?.code
  if (isBehind(server, template.id, memory)) {
    if (code === 'SERVICE_UNAVAILABLE') return
    throw new Error(`A write under a former key of ${template.name} was answered with ${JSON.stringify(errors)}`)
  }
  if (isTaken && code === 'UNIQUE_CONFLICT') return
  if (errors) throw new Error(`A write of ${template.name} was refused: ${JSON.stringify(errors)}`)
  if (isTaken) throw new Error(`A write of ${template.name} was accepted although a unique value is taken`)
  adopt(next, server, template, object, data.written.object._document)
  world.memory = next
}

/** An attribute that is a field in the newest templates is theirs. */
function withoutFields(extras: Readonly<Record<string, Json>>, template: TemplateDraft, memory: Memory) {
  const newest = worldOf(memory.drafts).find(({ id }) => id === template.id)
  const fields = [...template.fields, ...(newest?.fields ?? []), ...(memory.drafts.removedFields[template.id] ?? [])]
  const isField = (name: string) => fields.some((field) => field.name === name || field.renamedFrom.includes(name))
  return Object.fromEntries(Object.entries(extras).filter(([name]) => !isField(name)))
}

function isKeyOf(object: MemoryObject, key: Key, input: Input): boolean {
  return key.parts.every(({ field, form }) => isDeepStrictEqual(object.values.get(form), input.get(field.id)))
}

function chooseNew(memory: Memory, server: Server, template: TemplateDraft, random: Random): Input | undefined {
  const chosen = template.fields.map((field) => {
    const isKey = template.key.includes(field.id)
    const mustHave = isKey || (field.required && field.default === undefined)
    if (!mustHave && random.oneIn(4)) return field.required || !random.oneIn(6) ? [] : [[field.id, null] as const]
    const value = chooseValue(memory, server, template, field, random)
    if (value === undefined) return mustHave ? undefined : []
    return [[field.id, value] as const]
  })
  return chosen.every((one) => one !== undefined) ? new Map(chosen.flat()) : undefined
}

function choosePatch(
  memory: Memory,
  server: Server,
  template: TemplateDraft,
  object: MemoryObject,
  random: Random,
): Input {
  const key = keyIn(server, template.id, memory).parts.map(
    ({ field, form }) => [field.id, object.values.get(form) as Json] as const,
  )
  const others = template.fields.filter(({ id }) => !template.key.includes(id) && random.oneIn(3))
  const patch = others.flatMap((field) => {
    if (!field.required && random.oneIn(4)) return [[field.id, null] as const]
    const value = chooseValue(memory, server, template, field, random)
    return value === undefined ? [] : [[field.id, value] as const]
  })
  return new Map([...key, ...patch])
}

function chooseValue(
  memory: Memory,
  server: Server,
  template: TemplateDraft,
  field: FieldDraft,
  random: Random,
): Json | undefined {
  const key = field.to === undefined ? undefined : keyIn(server, field.to, memory)
  const targets = key ? objectsUnder(memory, key).flatMap((object) => referenceTo(object, key) ?? []) : []
  const value = newValue(field, random, targets)
  if (value === undefined || !keepsRules(value, field)) return undefined
  // No new key has an empty text; an object whose key has one got it before the field became part of the key.
  const isInKey = template.key.includes(field.id) || field.to !== undefined
  if (isInKey && JSON.stringify(value).includes('""')) return undefined
  const isTaken = objectsOf(memory, template.id).some((object) =>
    isDeepStrictEqual(object.values.get(formIn(server, field.id)), value),
  )
  return field.unique && isTaken ? undefined : value
}

function writeToMemory(
  memory: Memory,
  server: Server,
  template: TemplateDraft,
  place: number | undefined,
  input: Input,
  extras: Readonly<Record<string, Json>>,
): MemoryObject {
  const found = place === undefined ? undefined : memory.objects[place]
  const object = found ?? { template: template.id, values: new Map(), extras: new Map(), unfilled: new Set<number>() }
  if (!found) memory.objects.push(object)
  for (const field of template.fields) {
    const form = newestForm(memory, field.id, formIn(server, field.id))
    const given = input.get(field.id)
    if (given !== undefined) setForm(memory, object, field.id, form, given ?? undefined)
    if (given !== undefined || found || field.default === undefined) continue
    if (isComputed(field.default)) object.values.set(form.id, unknown)
    else setForm(memory, object, field.id, form, field.default)
  }
  for (const [name, value] of Object.entries(extras))
    if (value === null) object.extras.delete(name)
    else object.extras.set(name, value)
  const newest = memory.drafts.templates.find(({ id }) => id === template.id)
  for (const { id } of newest?.fields ?? []) fillObject(memory, object, id)
  putBehind(memory, object)
  return object
}

/** Takes what a clock or chance decided from the document that the write shows. */
function adopt(
  memory: Memory,
  server: Server,
  template: TemplateDraft,
  object: MemoryObject,
  document: Readonly<Record<string, Json>>,
): void {
  for (const field of template.fields) {
    const form = newestForm(memory, field.id, formIn(server, field.id))
    if (object.values.get(form.id) === unknown)
      setForm(memory, object, field.id, form, document[field.name] ?? undefined)
  }
}

function hasDuplicates(memory: Memory): boolean {
  return memory.drafts.templates.some((template) =>
    template.fields.some((field) => {
      const values = objectsOf(memory, template.id)
        .flatMap((one) => presentValue(memory, one, field.id) ?? [])
        .filter((value) => value !== unknown)
      return field.unique && new Set(values).size < values.length
    }),
  )
}

async function sendWrite(
  { log }: World,
  { registry, drafts }: Server,
  template: TemplateDraft,
  input: Input,
  extras: Readonly<Record<string, Json>>,
) {
  const model = registry.model.byName.get(template.name) as Template
  const upsert = rootFieldNamesOf(model).mutation.upsertOne
  const fields = template.fields.flatMap((field) => {
    const value = input.get(field.id)
    return value === undefined ? [] : [[field.name, toInput(value, field, drafts.templates)]]
  })
  const given = { ...Object.fromEntries(fields), ...(Object.keys(extras).length > 0 && { _additional: extras }) }
  log.push(`write ${template.name} ${JSON.stringify(given)}`)
  const text = `mutation ($input: ${model.typeName}Input!) { written: ${upsert}(input: $input) { outcome object: ${model.fieldName} { _document } } }`
  return registry.query(text, { input: given }, { 'x-registry-actor': 'writer' })
}

/** As GraphQL takes it: members of enums have their names. */
function toInput(value: Json, field: FieldDraft, templates: readonly TemplateDraft[]): Json {
  if (value === null) return null
  if (field.list) return (value as readonly Json[]).map((item) => toInput(item, { ...field, list: false }, templates))
  if (field.type === 'enum') return enumNames[String(value)] ?? value
  if (field.type !== 'object') return toPlain(value, field, templates)
  const members = value as Readonly<Record<string, Json>>
  const given = field.members.filter(({ id }) => members[id] !== undefined && members[id] !== null)
  return Object.fromEntries(
    given.map((member) => [member.name, toInput(members[member.id] as Json, member, templates)]),
  )
}

/** Deletes an object to which nothing refers, through any field that is or was. */
export async function deleteObject(world: World, server: Server, random: Random): Promise<void> {
  const { memory } = world
  const template = random.pick(server.drafts.templates)
  const own = objectsOf(memory, template.id)
  if (own.length === 0) return
  const object = random.pick(own)
  if (isReferredTo(memory, object)) return
  const { fieldName, typeName } = server.registry.model.byName.get(template.name) as Template
  const key = keyOf(template).map((field) => {
    const value = toInput(object.values.get(formIn(server, field.id)) as Json, field, server.drafts.templates)
    return `${field.name}: ${printArgument(value)}`
  })
  world.log.push(`delete ${template.name} ${printKey(object, keyIn(server, template.id, memory), memory)}`)
  const { errors, data } = await server.registry.query(
    `mutation { gone: delete${typeName}(${key.join(', ')}) { __typename } }`,
  )
  if (errors?.some(({ extensions }) => extensions?.code !== 'UNFIT_OBJECT') || (!errors && !data.gone))
    throw new Error(`A delete of ${fieldName} was refused: ${JSON.stringify(errors)}`)
  memory.objects.splice(memory.objects.indexOf(object), 1)
  for (const { objects } of keysOf(memory, template.id)) objects.delete(object)
}

function printArgument(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const parts = Object.entries(value).map(([name, part]) => `${name}: ${printArgument(part)}`)
  return `{ ${parts.join(', ')} }`
}

function isReferredTo(memory: Memory, target: MemoryObject): boolean {
  return memory.objects.some((object) =>
    [...memory.forms].some(
      ([field, forms]) =>
        hasAny(memory, object, field) &&
        forms.some(({ id, draft, to }) => {
          const value = object.values.get(id)
          if (draft.type !== 'reference' || value === undefined) return false
          return (draft.list ? (value as readonly Json[]) : [value]).some(
            (one) => findTarget(one, draft.to, memory, to) === target,
          )
        }),
    ),
  )
}
