import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { stopProcesses } from '../app/start-process.ts'
import { runs, seed } from '../support/property-runs.ts'
import type { Drafts, FieldDraft } from './drafts.ts'
import { edits } from './edits.ts'
import { applyDrafts } from './expected-plan.ts'
import { objectsOf } from './memory.ts'
import { createRandom, type Random } from './random.ts'
import { applyNext, changeDrafts, closeWorld, openWorld, type World } from './serve.ts'
import { compareAll, doStep, openFilled, type Step, steps } from './steps.ts'
import { writeObject } from './writes.ts'

afterEach(stopProcesses)

/** So many sequences are tried to make a failure smaller. */
const mostSmaller = 40

test(`templates of TEST_SEED=${seed} change while objects are written: the registry stores and says what memory does`, async () => {
  let smaller = 0
  let hasFailed = false
  await fc.assert(
    fc.asyncProperty(fc.nat(), steps, async (first, list) => {
      if (hasFailed && ++smaller > mostSmaller) return
      try {
        await run(first, list)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }),
    { ...runs(6, 1), includeErrorInReport: true },
  )
}, 1_800_000)

function run(first: number, list: readonly Step[]): Promise<void> {
  return inWorld(first, async (world) => {
    for (const [time, step] of list.entries()) await doStep(world, step, time)
  })
}

/** Does something in a registry with some objects. What it throws says all that was done. */
async function inWorld(first: number, work: (world: World) => Promise<void>): Promise<void> {
  const world = await openFilled(first)
  try {
    await work(world)
  } catch (error) {
    throw new Error(`${(error as Error).message}\nafter\n${world.log.join('\n')}`, { cause: error })
  } finally {
    await closeWorld(world)
  }
}

test(`each kind of edit of templates is applied, in combinations of TEST_SEED=${seed}`, async () => {
  const left = new Set(Object.keys(edits))
  const random = createRandom(seed)
  for (let first = seed; left.size > 0; first++) {
    if (first === seed + 20) throw new Error(`never applied: ${[...left].join(', ')}`)
    await inWorld(first, async (world) => {
      for (let time = 0; time < 8 && left.size > 0; time++) await applySome(world, left, random, time)
    })
  }
}, 1_800_000)

/** Applies some edits that are possible and do not conflict with what is stored, most of them of these, and takes them out. */
async function applySome(world: World, left: Set<string>, random: Random, time: number): Promise<void> {
  for (let tries = 0; tries < 30; tries++) {
    // One that is left may need another one before it.
    const draw = () => random.pick(random.oneIn(4) ? Object.keys(edits) : [...left])
    const [next, names] = changeDrafts(world.memory.drafts, random, time, { draw, wanted: 4 })
    const verdicts = applyDrafts(structuredClone(world.memory), next)
    if (names.length === 0 || verdicts.some((verdict) => verdict.includes(' CONFLICTS '))) continue
    world.log.push(`change: ${names.join(', ')}`)
    await applyNext(world, next, random.oneIn(2))
    for (const name of names) left.delete(name)
    for (const server of [world.newest, world.older]) if (server) await writeObject(world, server, random)
    await compareAll(world, time)
    return
  }
  await writeObject(world, world.newest, random)
}

const plain = { renamedFrom: [], list: false, required: false, default: undefined, values: [], members: [] } as const
const name: FieldDraft = {
  ...{ ...plain, id: 2, name: 'name', type: 'string' },
  ...{ to: undefined, onMissing: 'reject', unique: false, constraints: {} },
}
const size: FieldDraft = { ...name, id: 3, name: 'size', type: 'int', required: true }
const host = { id: 1, name: 'host', renamedFrom: [], description: 'host', key: [2], isOpen: false }
const hosts: Drafts = { templates: [{ ...host, fields: [name, size] }], removed: [], removedFields: {}, next: 10 }

/** Changes something that the other side does not learn of, and compares. */
async function compareAfter(change: (world: World) => Promise<void>): Promise<void> {
  const world = await openWorld(hosts)
  try {
    for (let i = 0; i < 8; i++) await writeObject(world, world.newest, createRandom(i))
    await compareAll(world, 1)
    await change(world)
    await compareAll(world, 1)
  } finally {
    await closeWorld(world)
  }
}

test('the comparison notices a value that changed behind the back of the registry', async () => {
  const change = compareAfter(async ({ newest }) => {
    await newest.registry.sql(
      `update registry_object set document = document || '{"size": 12345}' where template = 'host'`,
    )
  })
  await expect(change).rejects.toThrow('reads host')
})

test('the comparison notices an object that is gone', async () => {
  const change = compareAfter(async ({ newest }) => {
    await newest.registry.sql(`delete from registry_object where template = 'host'`)
  })
  await expect(change).rejects.toThrow('the number of host')
})

test('the comparison notices a plan that says something else', async () => {
  const change = compareAfter(async (world) => {
    for (const object of objectsOf(world.memory, host.id)) object.values.clear()
    const texts = { ...hosts, templates: [{ ...host, fields: [name, { ...size, type: 'string' as const }] }] }
    await applyNext(world, texts, false)
  })
  await expect(change).rejects.toThrow('The plan says')
})

test('the comparison notices a memory that forgot a change of the templates', async () => {
  const change = compareAfter(async (world) => {
    const forgotten = structuredClone(world.memory)
    const flags = { ...hosts, templates: [{ ...host, fields: [name, { ...size, type: 'boolean' as const }] }] }
    await applyNext(world, flags, false)
    for (const [i, object] of world.memory.objects.entries())
      for (const [form, value] of forgotten.objects[i]?.values ?? [])
        for (const { id } of world.memory.forms.get(size.id) ?? []) if (form !== id) object.values.set(id, value)
  })
  await expect(change).rejects.toThrow('reads host')
})
