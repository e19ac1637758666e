/** Reads everything from a server, and throws where it differs from memory. */

import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../src/template/json.ts'
import type { Template } from '../../src/template/model.ts'
import type { GraphqlAnswer } from '../support/registry.ts'
import { toPlain } from './convert.ts'
import { enumNames, type FieldDraft, keyFieldsOf, type TemplateDraft } from './drafts.ts'
import { isOfEnum, reasonOf } from './expected-plan.ts'
import { setForm } from './forms.ts'
import { findTarget, keysOf, printKey } from './keys.ts'
import { type Memory, type MemoryObject, objectsOf, unknown, worldOf } from './memory.ts'
import { formIn, isBehind, keyIn, newestForm, objectsIn, type Server, valueIn, type World } from './serve.ts'

type Entries = Readonly<Record<string, Json>>

type Path = readonly (string | number)[]

/** A place where a value is null because it does not fit. */
interface Unfit {
  readonly path: Path
  readonly field: string
}

interface Reading {
  readonly value: Json
  readonly unfit: readonly Unfit[]
}

export async function compareObjects(world: World, server: Server): Promise<void> {
  for (const template of server.drafts.templates) await compareTemplate(world, server, template)
}

async function compareTemplate(world: World, server: Server, template: TemplateDraft): Promise<void> {
  const { memory, newest } = world
  const { pluralName } = server.registry.model.byName.get(template.name) as Template
  const selection = template.fields.map((field) => select(field, server)).join(' ')
  const ask = () =>
    server.registry.query(`{ all: ${pluralName}(first: 1000) { totalCount nodes { ${selection} _document } } }`)
  let answer = await ask()
  // A value that a server promises takes the whole answer with it if another server has left it out since, until that is noticed.
  for (let times = 0; !answer.data?.all && times < 300; times++) {
    await sleep(100)
    answer = await ask()
  }
  const objects = objectsIn(server, template.id, memory)
  const serverKey = keyIn(server, template.id, memory)
  const fail = (what: string, given: unknown, wanted: unknown): never => {
    const who = server === newest ? 'The newest' : 'The older'
    throw new Error(
      `${who} server reads ${what} as ${JSON.stringify(given)}\nwhere memory has ${JSON.stringify(wanted)}`,
    )
  }
  assertCodes(answer)
  const nodes = answer.data?.all?.nodes as readonly Entries[] | undefined
  if (!nodes) return fail(`all ${template.name}`, answer, 'objects, whether they fit or not')
  if (nodes.length !== objects.length || answer.data.all.totalCount !== objects.length)
    fail(`the number of ${template.name}`, nodes.length, objects.length)
  const errors = new Set(answer.errors?.map(({ path, extensions }) => JSON.stringify([path, extensions])))
  const seen = new Set<MemoryObject>()
  for (const [index, node] of nodes.entries()) {
    const object = objects.find((one) =>
      serverKey.parts.every(({ field: { id }, form }) => {
        const field = template.fields.find((part) => part.id === id) as FieldDraft
        const value = one.values.get(form)
        if (value === undefined) return false
        return isDeepStrictEqual(show(value, field, [], server, memory).value, node[field.name])
      }),
    )
    if (!object) return fail(`a key of ${template.name}`, node, 'no such object')
    if (seen.has(object)) fail(`a key of ${template.name} twice`, node, 'one object')
    seen.add(object)
    const key = printKey(object, serverKey, memory)
    for (const field of template.fields) {
      if (readsOwnFill(server, object, field, memory) && node[field.name] !== null) continue
      adopt(memory, object, field, server, node[field.name] as Json)
      const { value, unfit } = read(object, field, server, memory)
      const name = `${template.name} ${key} ${field.name}`
      if (!isDeepStrictEqual(node[field.name], value)) fail(name, node[field.name], value)
      for (const { path, field } of unfit) {
        const extensions = { code: 'UNFIT_OBJECT', template: template.name, key, field }
        if (!errors.delete(JSON.stringify([['all', 'nodes', index, ...path], extensions])))
          fail(`${name} without the error`, answer.errors, extensions)
      }
    }
    const wanted = documentOf(object, template, server, memory, server === newest)
    const document = node['_document'] as Entries
    const names = Object.keys(document).filter((name) => server === newest || name.includes('~'))
    const isSame = server === newest ? isDeepStrictEqual : covers
    for (const name of new Set([...Object.keys(wanted), ...names]))
      if (!isSame(document[name], wanted[name]) && wanted[name] !== unknown)
        fail(`${template.name} ${key} _document.${name}`, document[name], wanted[name])
  }
  if (errors.size > 0) fail(template.name, [...errors], 'no such errors')
}

/** Whether a value is the other one, but for members that an older server does not know. */
function covers(found: Json | undefined, wanted: Json | undefined): boolean {
  if (Array.isArray(found) && Array.isArray(wanted))
    return found.length === wanted.length && found.every((item, i) => covers(item, wanted[i]))
  if (isEntries(found) && isEntries(wanted))
    return Object.entries(wanted).every(([name, value]) => covers(found[name], value))
  return isDeepStrictEqual(found, wanted)
}

const isEntries = (value: Json | undefined): value is Entries =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** No answer may have another error than that of an unfit value. */
function assertCodes({ errors }: GraphqlAnswer): void {
  const other = errors?.filter(({ extensions }) => extensions?.code !== 'UNFIT_OBJECT')
  if (other && other.length > 0) throw new Error(`An answer has errors: ${JSON.stringify(other)}`)
}

export function select(field: FieldDraft, server: Server): string {
  const parts = field.type === 'object' ? field.members : keyFieldsOf(field, server.drafts.templates)
  return parts.length > 0 ? `${field.name} { ${parts.map((part) => select(part, server)).join(' ')} }` : field.name
}

/** A value that a clock or chance decided is known from now on, if it is there. */
function adopt(memory: Memory, object: MemoryObject, field: FieldDraft, server: Server, value: Json): void {
  const form = newestForm(memory, field.id, formIn(server, field.id))
  if (object.values.get(form.id) === unknown && value !== null) setForm(memory, object, field.id, form, value)
}

/** Whether a server may fill a field by its own former templates: newer ones may have left it out. */
export function readsOwnFill(server: Server, object: MemoryObject, field: FieldDraft, memory: Memory): boolean {
  const mayFill = field.required && field.default !== undefined && server.drafts !== memory.drafts
  return mayFill && valueIn(server, object, field.id, memory) === undefined
}

/** What a server shows of a field. */
function read(object: MemoryObject, field: FieldDraft, server: Server, memory: Memory): Reading {
  const value = valueIn(server, object, field.id, memory)
  const path = [field.name]
  if (value !== undefined) return show(value, field, path, server, memory)
  const hasFormer =
    server.forms
      .get(field.id)
      ?.slice(1)
      .some((id) => object.values.has(id)) === true
  return {
    value: null,
    unfit: hasFormer || (field.required && !mayBeMissing(field)) ? [{ path, field: field.name }] : [],
  }
}

function show(value: Json, field: FieldDraft, path: Path, server: Server, memory: Memory): Reading {
  const unfit: Reading = { value: null, unfit: [{ path, field: field.name }] }
  if (!isOfEnum(value, field)) return unfit
  if (field.list) {
    const item = { ...field, list: false }
    const items = (value as readonly Json[])
      // A list shows the targets that exist.
      .filter((one) => field.type !== 'reference' || findTarget(one, field.to, memory, server.keys.get(field.to ?? 0)))
      .map((one, i) => show(one, item, [...path, i], server, memory))
    return { value: items.map((one) => one.value), unfit: items.flatMap((one) => one.unfit) }
  }
  if (field.type === 'enum') return { value: enumNames[String(value)] ?? value, unfit: [] }
  if (field.type === 'reference') return showTarget(value, field, path, server, memory)
  if (field.type !== 'object') return { value, unfit: [] }
  const members = field.members.map((member): readonly [string, Reading] => {
    const inner = (value as Entries)[member.id]
    const place = [...path, member.name]
    if (inner !== undefined && inner !== null) return [member.name, show(inner, member, place, server, memory)]
    return [member.name, { value: null, unfit: member.required ? [{ path: place, field: member.name }] : [] }]
  })
  return {
    value: Object.fromEntries(members.map(([name, one]) => [name, one.value])),
    unfit: members.flatMap(([, one]) => one.unfit),
  }
}

const mayBeMissing = ({ type, onMissing }: FieldDraft) => type === 'reference' && onMissing === 'allow'

function showTarget(value: Json, field: FieldDraft, path: Path, server: Server, memory: Memory): Reading {
  if (!findTarget(value, field.to, memory, server.keys.get(field.to ?? 0)))
    return { value: null, unfit: !mayBeMissing(field) ? [{ path, field: field.name }] : [] }
  const key = keyFieldsOf(field, server.drafts.templates)
  const parts = key.map((part): readonly [string, Reading] => {
    const held = key.length === 1 ? value : (value as Entries)[part.id]
    return [part.name, show(held as Json, part, [...path, part.name], server, memory)]
  })
  return {
    value: Object.fromEntries(parts.map(([name, one]) => [name, one.value])),
    unfit: parts.flatMap(([, one]) => one.unfit),
  }
}

/** `_document`: the value of each field, as it was stored if it does not convert, and additional attributes. */
function documentOf(
  object: MemoryObject,
  template: TemplateDraft,
  server: Server,
  memory: Memory,
  isNewest: boolean,
): Entries {
  const isLate = isBehind(server, template.id, memory)
  const values = template.fields.flatMap((field) => {
    const [present, ...formers] = server.forms.get(field.id) ?? []
    const isThere = (id: number) => object.values.has(id) && !(isLate && object.unfilled.has(id))
    const id = [present, ...formers].find((one) => one !== undefined && isThere(one))
    if (id === undefined) return []
    const draft = id === present && !isNewest ? field : newestForm(memory, field.id, id).draft
    const world = isNewest ? worldOf(memory.drafts) : server.drafts.templates
    return [[field.name, toPlain(object.values.get(id) as Json, draft, world)]]
  })
  return { ...Object.fromEntries(values), ...Object.fromEntries(object.extras) }
}

/** What `templates` says of objects that do not fit. */
export async function compareViolations({ memory, newest }: World): Promise<void> {
  const answer = await newest.registry.query(
    '{ templates(includeRemoved: true) { name state count violations { field count samples } } }',
  )
  assertCodes(answer)
  const states = [
    ...memory.drafts.templates.map(({ id, name }) => [name, 'ACTIVE', objectsOf(memory, id).length]),
    ...memory.drafts.removed.map(({ id, name }) => [name, 'REMOVED', objectsOf(memory, id).length]),
  ]
  const shown = answer.data.templates.map(({ name, state, count }: Entries) => [name, state, count])
  const [given, wanted] = [shown, states].map((list) => JSON.stringify([...list].sort()))
  if (given !== wanted) throw new Error(`The states are ${given}\nwhere memory has ${wanted}`)
  for (const template of memory.drafts.templates) {
    const given = answer.data.templates.find(({ name }: { name: string }) => name === template.name)
    const wanted = template.fields.flatMap((field) => {
      const [key] = keysOf(memory, template.id)
      const isKey = template.key.includes(field.id)
      const keysFor = (reason: string) =>
        objectsOf(memory, template.id)
          .filter((object) => reasonOf(memory, object, { ...field, required: field.required || isKey }) === reason)
          .map((object) => key && printKey(object, key, memory))
      const keys = ['lacking', 'unfit', 'rule'].flatMap(keysFor).sort()
      return keys.length > 0 ? [{ field: field.name, count: keys.length, samples: keys.slice(0, 5) }] : []
    })
    const found = given.violations
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      throw new Error(
        `violations of ${template.name} are ${JSON.stringify(found)}, in memory ${JSON.stringify(wanted)}`,
      )
  }
}
