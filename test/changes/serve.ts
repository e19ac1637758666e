/** A registry beside the memory of what it has stored: each step is done in both. */

import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Json } from '../../src/template/json.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { parseTexts, startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Drafts, printDrafts } from './drafts.ts'
import { edits, seldom } from './edits.ts'
import { applyDrafts, type Verdict } from './expected-plan.ts'
import { createMemory } from './forms.ts'
import { objectsUnder } from './keys.ts'
import type { Key } from './memory.ts'
import { formsOf, type Memory, type MemoryObject, worldOf } from './memory.ts'
import type { Random } from './random.ts'

/** A server, and what it knows: the templates with which it was started, and the forms of their fields. */
export interface Server {
  readonly registry: TestRegistry
  readonly drafts: Drafts
  /** The ids of the forms of each field, the present one first. */
  readonly forms: ReadonlyMap<number, readonly number[]>
  /** The version of each template's key. */
  readonly keys: ReadonlyMap<number, number>
}

export interface World {
  readonly database: TestDatabase
  memory: Memory
  newest: Server
  older: Server | undefined
  /** What was done, for whoever reads a failure. */
  readonly log: string[]
}

export async function openWorld(drafts: Drafts): Promise<World> {
  const database = await createTestDatabase()
  const memory = createMemory(drafts)
  const log = [printDrafts(drafts).join('---\n')]
  try {
    return { database, memory, newest: await startServer(database, memory), older: undefined, log }
  } catch (error) {
    await database.drop()
    throw error
  }
}

export async function closeWorld({ database, newest, older }: World): Promise<void> {
  await older?.registry.close()
  await newest.registry.close()
  await waitForNobody(database)
  await database.drop()
}

/** Dropping a database ends its connections, and one that is just closing has nobody left to take the error. */
export async function waitForNobody({ connection }: TestDatabase): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  for (let i = 0; i < 50; i++) {
    const { rows } = await client.query(
      'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    if (rows.length === 0) break
    await sleep(20)
  }
  await client.end()
}

async function startServer({ url }: TestDatabase, memory: Memory, consent = 'any'): Promise<Server> {
  const { drafts, forms } = memory
  const registry = await startRegistry(printDrafts(drafts), { databaseUrl: url, consent })
  const ids = [...forms].map(([field, list]) => [field, list.map(({ id }) => id)] as const)
  const server = {
    ...{ registry, drafts, forms: new Map(ids) },
    keys: new Map([...memory.keys].map(([id, [key]]) => [id, key?.version ?? 0])),
  }
  await waitUntilDone(registry)
  return server
}

/** Waits until the registry serves its own templates, and all that they do to objects is done. */
export async function waitUntilDone(registry: TestRegistry): Promise<void> {
  for (let i = 0; ; i++) {
    const [row] = await registry.sql(
      'select max(generation) as newest, (select count(*)::int from registry_work where finished_at is null) as work from registry_generation',
    )
    const { data } = await registry.query('{ templates { state } }')
    const isDone = row?.['work'] === 0 && data.templates.every(({ state }: { state: string }) => state === 'ACTIVE')
    if (isDone && registry.generation === row?.['newest']) return
    if (i === 300) throw new Error(`the templates are not applied: ${JSON.stringify([row, data, registry.generation])}`)
    await sleep(20)
  }
}

/** Whether files with these templates are right by themselves. */
export function isSound(drafts: Drafts): boolean {
  try {
    parseTexts(printDrafts(drafts))
    return true
  } catch {
    return false
  }
}

/** By its name, any edit. */
function drawEdit(random: Random): string {
  return random.oneIn(7) ? 'changeKey' : random.pick(random.oneIn(2) ? seldom : Object.keys(edits))
}

/**
 * Changes the templates by some edits, of which `draw` says which one to try next, and returns the names of those too. The description
 * keeps any two sets of files apart.
 */
export function changeDrafts(
  drafts: Drafts,
  random: Random,
  time: number,
  { draw = drawEdit, wanted = 1 + random.below(3) } = {},
): readonly [Drafts, readonly string[]] {
  let changed = drafts
  const names: string[] = []
  for (let tries = 4 * wanted; tries > 0 && names.length < wanted; tries--) {
    const name = draw(random)
    const next = edits[name]?.(changed, random)
    if (!next || !isSound(next) || !keepsNames(drafts, next)) continue
    changed = next
    names.push(name)
  }
  const templates = changed.templates.map((one, i) => (i === 0 ? { ...one, description: `change ${time}` } : one))
  // What is gone leaves what was applied of it, not what was edited before it went.
  const known = new Map(worldOf(drafts).map((template) => [template.id, template]))
  const removed = changed.removed.flatMap(({ id }) => known.get(id) ?? [])
  const gone = Object.fromEntries(removed.map(({ id }) => [id, drafts.removedFields[id] ?? []]))
  const applied = [...worldOf(drafts).flatMap(({ fields }) => fields), ...Object.values(drafts.removedFields).flat()]
  const fields = new Map(applied.map((field) => [field.id, field]))
  const removedFields = Object.fromEntries(
    Object.entries(changed.removedFields).map(([id, list]) => [
      id,
      list.flatMap((field) => fields.get(field.id) ?? []),
    ]),
  )
  return [{ ...changed, templates, removed, removedFields: { ...removedFields, ...gone } }, names]
}

/** Whether each field that has another name says which one it had. */
export function keepsNames(drafts: Drafts, next: Drafts): boolean {
  const fieldsOf = ({ templates, removed, removedFields }: Drafts) =>
    [...[...templates, ...removed].flatMap(({ fields }) => fields), ...Object.values(removedFields).flat()].flatMap(
      (field) => [field, ...field.members],
    )
  const names = new Map(fieldsOf(drafts).map(({ id, name }) => [id, name]))
  return fieldsOf(next).every(({ id, name, renamedFrom }) => {
    const former = names.get(id) ?? name
    return former === name || renamedFrom.includes(former)
  })
}

/** Starts the next templates, beside the server of the former ones or instead of it. */
export async function applyNext(
  world: World,
  next: Drafts,
  keepsOlder: boolean,
  consent: string | undefined = 'any',
): Promise<void> {
  const memory = structuredClone(world.memory)
  const wanted = applyDrafts(memory, next)
  const isRefused = wanted.some((verdict) => verdict.includes(' CONFLICTS '))
  const former = new Set(printDrafts(world.memory.drafts))
  const changed = printDrafts(next).filter((text) => !former.has(text))
  world.log.push(changed.join('---\n'), `wanted: ${wanted.join('; ')}`)
  if (consent === '') {
    // The plan of a way back that is refused has no digest.
    if (isRefused) return
    throw new Error('the start does not say how to go back')
  }
  let newest: Server
  try {
    newest = await startServer(world.database, memory, consent)
  } catch (error) {
    const message = (error as Error).message
    if (isRefused && message.includes('CONFLICTS')) return
    throw error
  }
  const replaced = world.newest
  world.newest = newest
  if (keepsOlder) {
    await world.older?.registry.close()
    world.older = replaced
  } else await replaced.registry.close()
  world.memory = memory
  await closeLate(world)
  if (isRefused) throw new Error('a plan was applied that should have been refused')
  const given = await readVerdicts(newest.registry)
  if (given.join('\n') !== wanted.join('\n'))
    throw new Error(`The plan says ${JSON.stringify(given)}\nwhere memory says ${JSON.stringify(wanted)}`)
}

/** The storage that a server reads ends when the keys have changed once more. */
async function closeLate(world: World): Promise<void> {
  const { older, memory } = world
  const isLate = [...(older?.keys ?? [])].some(
    ([id, version]) => (memory.keys.get(id)?.[0]?.version ?? 0) > version + 1,
  )
  if (!isLate) return
  await older?.registry.close()
  world.older = undefined
}

async function readVerdicts({ sql }: TestRegistry): Promise<readonly Verdict[]> {
  const [row] = await sql('select entries from registry_generation order by generation desc limit 1')
  const entries = row?.['entries'] as readonly Readonly<Record<string, Json>>[]
  return entries
    .filter(({ effect }) => effect !== 'SAFE')
    .map(({ template, path, effect, objects, samples }) =>
      [template, path, effect, objects, ...(samples as readonly string[])].join(' '),
    )
    .sort()
}

export async function restart(world: World): Promise<void> {
  await world.newest.registry.close()
  world.newest = await startServer(world.database, world.memory)
}

/** The form in which a server has a field. */
export function formIn({ forms }: Server, field: number): number {
  return forms.get(field)?.[0] ?? 0
}

export function newestForm(memory: Memory, field: number, id: number) {
  const form = formsOf(memory, field).find((one) => one.id === id)
  if (!form) throw new Error(`the field ${field} has no form ${id}`)
  return form
}

/** The key that a server knows of a template. */
export function keyIn({ keys }: Server, template: number, memory: Memory): Key {
  const key = memory.keys.get(template)?.find(({ version }) => version === keys.get(template))
  if (!key) throw new Error(`the template ${template} has no such key`)
  return key
}

/** The objects that a server reads. */
export function objectsIn(server: Server, template: number, memory: Memory): readonly MemoryObject[] {
  return objectsUnder(memory, keyIn(server, template, memory))
}

/** Whether a server has former keys of a template, so that it cannot write. */
export function isBehind(server: Server, template: number, memory: Memory): boolean {
  return keyIn(server, template, memory) !== memory.keys.get(template)?.[0]
}

/** The value of a field as a server has it. */
export function valueIn(server: Server, object: MemoryObject, field: number, memory: Memory): Json | undefined {
  const form = formIn(server, field)
  if (isBehind(server, object.template, memory) && object.unfilled.has(form)) return undefined
  return object.values.get(form)
}
