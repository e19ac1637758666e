import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, type RegistryProcess, startProcess, stopProcesses } from '../app/start-process.ts'
import { databaseTime } from '../support/database-time.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let folder: string
let database: TestDatabase
let client: pg.Client
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry changes '))
  database = await createTestDatabase()
  client = new pg.Client(database.connection)
  await client.connect()
})
afterEach(async () => {
  await stopProcesses()
  await client.end()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const before = {
  'image.yaml':
    'name: image\nkey: [name]\nfields: { name: string, arch: { type: string, default: x86 }, size: string }\n',
  'role.yaml':
    'name: role\nkey: [name, image]\nfields: { name: string, image: { type: reference, to: image }, passed: boolean }\n',
}
/** Everything that outlives a start: another key, two conversions, and a value to fill in. */
const after = {
  'image.yaml':
    'name: image\nkey: [name, arch]\nfields: { name: string, arch: { type: string, default: x86 }, size: int, stage: { type: string, required: true, default: test } }\n',
  'role.yaml':
    'name: role\nkey: [name, image]\nfields: { name: string, image: { type: reference, to: image }, passed: { type: enum, values: [ok, failed], convert: { true: ok, false: failed } } }\n',
}
const count = 1_000
const sql = async (text: string) => (await client.query(text)).rows

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
}

const start = (env: Readonly<Record<string, string>> = {}) =>
  startProcess({ DATABASE_URL: database.url, TEMPLATES_DIR: folder, ...env })

/** How far the change has come, and whether nothing is left to do. */
async function findProgress(): Promise<{ readonly step: string; readonly isOver: boolean }> {
  const [row] = await sql(
    `select concat_ws(' ', (select count(*) from registry_generation where applied_at is not null), string_agg(concat(done_to, finished_at), ' ' order by id)) as step,
       count(*) > 0 and count(*) = count(finished_at) and exists (select from registry_generation where generation = 2 and applied_at is not null) as is_over
     from registry_work`,
  )
  return { step: row.step, isOver: row.is_over }
}

/** Resolves once a server has come so many steps further, or nothing is left to do. */
async function advance(server: RegistryProcess, steps: number): Promise<void> {
  let before = await findProgress()
  for (let left = steps; left > 0 && !before.isOver; ) {
    if (server.child.exitCode !== null) throw new Error(`ended by itself\n${server.stdout()}\n${server.stderr()}`)
    const now = await findProgress()
    if (now.step !== before.step) left--
    before = now
    await sleep(5)
  }
}

test('a change that is killed at any moment goes on where it was, at the next start', async () => {
  await write(before)
  const first = start()
  const url = await first.ready()
  const numbers = Array.from({ length: count }, (_, i) => i)
  await ask(url, 'mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created } }', {
    input: numbers.map((i) => ({ name: `i${i}`, size: String(i) })),
  })
  await ask(url, 'mutation ($input: [RoleInput!]!) { upsertRoles(input: $input) { created } }', {
    input: numbers.map((i) => ({ name: 'r', image: `i${i}`, passed: i % 2 === 0 })),
  })
  const then = await databaseTime({ sql })
  await first.stop()
  await write(after)
  const refused = start()
  expect((await refused.ended).code).toBe(1)
  const consent = { ACCEPT_TEMPLATES: /ACCEPT_TEMPLATES=([\w.-]+)/.exec(refused.stderr())?.[1] ?? '' }
  expect((await client.query('select generation from registry_generation')).rows).toEqual([{ generation: 1 }])
  // The first one as soon as it listens, and each other some steps further.
  let kills = 0
  for (; !(await findProgress()).isOver; kills++) {
    const killed = start(consent)
    await killed.listening
    await advance(killed, kills === 0 ? 0 : 5)
    killed.child.kill('SIGKILL')
    await killed.ended
    // As if its lease had run out.
    await sql("update registry_work set leased_to = '-infinity' where finished_at is null")
  }
  expect(kills).toBeGreaterThan(2)
  const last = start(consent)
  const again = await last.ready()
  // A new field is served before all objects have been filled with it.
  const isFilled = async () => {
    const { templates } = await ask(again, '{ templates { state } }')
    return templates.every(({ state }: { state: string }) => state === 'ACTIVE')
  }
  while (!(await isFilled())) await sleep(50)
  const all =
    '{ images(where: {stage: {equals: "test"}, size: {gte: 0}, arch: {equals: "x86"}}) { totalCount } roles { totalCount } failed: roles(where: {passed: {equals: failed}, image: {size: {lt: 10}}}) { totalCount } templates { name state violations { count } } }'
  expect(await ask(again, all)).toEqual({
    images: { totalCount: count },
    roles: { totalCount: count },
    failed: { totalCount: 5 },
    templates: ['image', 'role'].map((name) => ({ name, state: 'ACTIVE', violations: [] })),
  })
  // Each object was converted once, and has one more version for it.
  const { rows } = await client.query(
    "select template, version, count(*)::int as count from registry_object where template in ('image~2', 'role~2') group by 1, 2 order by 1",
  )
  expect(rows).toEqual([
    { template: 'image~2', version: 2, count },
    { template: 'role~2', version: 2, count },
  ])
  // What was before is told under the present keys, and each version once.
  const past = `images(at: "${then}", where: { size: { lt: 10 }, roles: { some: { passed: { equals: ok } } } }) { totalCount }`
  expect(await ask(again, `{ ${past} }`)).toEqual({ images: { totalCount: 5 } })
  expect(await ask(again, `{ roles(at: "${then}") { totalCount } }`)).toEqual({ roles: { totalCount: count } })
  const kept = await sql(
    'select template, count(*)::int as count, count(distinct (key, version))::int as versions from registry_past where valid_to > valid_from group by 1 order by 1',
  )
  expect(kept).toEqual([
    { template: 'image~2', count, versions: count },
    { template: 'role~2', count, versions: count },
  ])
}, 300_000)
