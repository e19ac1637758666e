import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { createDatabaseProxy, type DatabaseProxy } from '../store/database-proxy.ts'
import { copyTestDatabase, createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { runs, seed } from '../support/property-runs.ts'
import { applying, parseTexts, startRegistry, type TestRegistry } from '../support/registry.ts'
import { waitForNobody, waitUntilDone } from './serve.ts'

const former = [
  '{ name: image, key: [name], fields: { name: string, arch: { type: string, default: x86 }, size: string } }',
  '{ name: role, key: [name, image], fields: { name: string, image: { type: reference, to: image }, passed: boolean } }',
]
/** All that outlives a start: another key, two conversions, a value to fill in; and a new unique index and a new template. */
const next = [
  '{ name: image, key: [name, arch], fields: { name: { type: string, unique: true }, arch: { type: string, default: x86 }, size: int, stage: { type: string, required: true, default: test } } }',
  '{ name: role, key: [name, image], fields: { name: string, image: { type: reference, to: image }, passed: { type: enum, values: [ok, failed], convert: { true: ok, false: failed } } } }',
  '{ name: zone, key: [name], fields: { name: string } }',
]

let original: TestDatabase
let digest = ''
beforeAll(async () => {
  original = await createTestDatabase()
  const registry = await startRegistry(former, { databaseUrl: original.url })
  await registry.data(
    'mutation { upsertImages(input: [{name: "a", size: "1"}, {name: "b", size: "2", arch: "arm"}, {name: "c", size: "large"}]) { created } upsertRoles(input: [{name: "r", image: "a", passed: true}, {name: "r", image: "b", passed: false}, {name: "s", image: "c"}]) { created } }',
  )
  await registry.data(
    'mutation { upsertImage(input: {name: "a", size: "7"}) { outcome } deleteRole(name: "s", image: "c") { name } }',
  )
  const files = next.map((text, i) => ({ name: `template${i}.yaml`, text }))
  const { templatePlan } = await registry.data(
    'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { digest } }',
    { files },
  )
  digest = templatePlan.digest
  await registry.close()
  await waitForNobody(original)
})
afterAll(() => original.drop())

/** All that is stored, but for times and what is written at each start. */
async function readStored({ sql }: TestRegistry): Promise<unknown> {
  const [row] = await sql(`select
    (select jsonb_agg(jsonb_build_array(template, key, uuid, document, refs, version) order by template, key) from registry_object) as objects,
    (select jsonb_agg(jsonb_build_array(template, key, uuid, document, version) order by template, key, version) from registry_past where valid_to > valid_from) as past,
    (select jsonb_agg(jsonb_build_array(template, key, outcome, version) order by template, key, version) from registry_change) as changes,
    (select jsonb_agg(indexname order by indexname) from pg_indexes where schemaname = current_schema and starts_with(indexname, 'r')) as indexes,
    (select jsonb_agg(jsonb_build_array(generation, entries) order by generation) from registry_generation) as generations`)
  return row
}

interface Outcome {
  /** How far the first server has come, and how many packets it has sent. */
  readonly left: string
  readonly sent: number
  /** What is stored in the end. */
  readonly stored: unknown
}

/**
 * Applies the next templates to a copy of what is stored, by a server that loses its database for good after so many packets, and then
 * by another one.
 */
async function applyCutOff(packets: number): Promise<Outcome> {
  const database = await copyTestDatabase(original)
  const proxy = await createDatabaseProxy(database.connection)
  try {
    const left = await applyFirst(database, proxy, packets)
    const second = await startRegistry(next, { databaseUrl: database.url, consent: digest })
    try {
      await waitUntilDone(second)
      return { left, stored: await readStored(second), sent: proxy.packets() }
    } finally {
      await second.close()
    }
  } finally {
    await proxy.close()
    await database.drop()
  }
}

/** Returns how far it has come. */
async function applyFirst({ connection }: TestDatabase, proxy: DatabaseProxy, packets: number): Promise<string> {
  const store = openStore({ connection: { connectionString: proxy.url }, pause: 3_600_000 }, pino({ level: 'silent' }))
  const client = new pg.Client(connection)
  await client.connect()
  let isOver = false
  try {
    const isCut = proxy.cutAfter(packets).then(() => true)
    const prepared = store.prepare({ ...applying(parseTexts(next)), consent: digest }).then(() => false)
    isOver = await Promise.race([isCut, prepared])
    while (!isOver)
      isOver = (await client.query(isDone)).rows.length > 0 || (await Promise.race([isCut, sleep(20, false)]))
    await store.close()
    await proxy.close()
    // As if its lease had run out.
    await client.query("update registry_work set leased_to = '-infinity' where finished_at is null")
    const { rows } = await client.query(progress)
    return JSON.stringify(rows)
  } finally {
    await client.end()
  }
}

const progress = `select (select max(generation) from registry_generation) as generation,
  (select jsonb_agg(jsonb_build_array(done_to, finished_at is null) order by id) from registry_work) as work,
  (select count(*)::int from pg_indexes where schemaname = current_schema) as indexes`

/** A row once nothing is left to do. */
const isDone = `select from registry_generation where generation = 2 and applied_at is not null and model::text not like '%"isFilling":true%'
  and not exists (select from registry_work where finished_at is null)`

test(`a change whose server is cut off from the database at any moment, by TEST_SEED=${seed}, ends as if it had not been`, async () => {
  const whole = await applyCutOff(Number.POSITIVE_INFINITY)
  const { numRuns } = runs(40, 5)
  const states = new Set<string>()
  for (let i = 0; i < numRuns; i++) {
    const packets = Math.floor(((i + ((seed * 0.618) % 1)) * whole.sent) / numRuns)
    const { left, stored } = await applyCutOff(packets)
    expect(stored, `cut off after ${packets} of ${whole.sent} packets`).toEqual(whole.stored)
    states.add(left)
  }
  // The servers did not all get equally far.
  expect(states.size).toBeGreaterThan(2)
}, 1_800_000)
