import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formerIndexOf } from '../../src/sql/compile-storage.ts'
import { applyMigrations } from '../../src/store/migrations/apply-migrations.ts'
import type { Template } from '../../src/template/model.ts'
import { createEmptyDatabase } from '../support/postgres.ts'
import { recordStatements } from '../support/record-statements.ts'
import { parseTexts, startRegistry, type TestRegistry } from '../support/registry.ts'

const template = `
name: check
key: [name]
fields:
  name: string
  target: { type: reference, to: check }
  level: { type: int, indexed: true }
  serial: { type: string, unique: true }
  log: string
`
const table = 'registry_check_objects'

/** A time that no clock reaches: each confirmation of what was updated then comes a microsecond after the last, in the same slot. */
const future = '2090-01-01T00:00:00.000000Z'

let registry: TestRegistry
let client: pg.Client
beforeAll(async () => {
  registry = await startRegistry([template])
  client = new pg.Client(registry.connection)
  await client.connect()
  await registry.sql(`alter table ${table} set (autovacuum_enabled = false)`)
})
afterAll(async () => {
  await client?.end()
  await registry?.close()
})

type Input = Readonly<Record<string, unknown>>

function check(name: string, log = ''): Input {
  return { name, target: 'target', level: name.length, serial: `serial of ${name}`, log }
}

async function write(...input: readonly Input[]): Promise<{ readonly unchanged: number }> {
  const mutation = 'mutation ($input: [CheckInput!]!) { upsertChecks(input: $input) { unchanged } }'
  return (await registry.data(mutation, { input })).upsertChecks
}

/** Writes objects that were updated in the future. */
async function create(...inputs: readonly Input[]): Promise<void> {
  await write({ name: 'target' }, ...inputs)
  const names = inputs.map(({ name }) => name)
  await registry.sql(`update ${table} set updated_at = $1, confirmed_at = null where document->>'name' = any($2)`, [
    future,
    names,
  ])
}

/** Leaves no former row in the table: where a page is full of them, the next one goes to another page and into each index. */
async function makeRoom(): Promise<void> {
  const compact = `select count(*) = max((ctid::text::point)[1]) and max((ctid::text::point)[0]) = 0 as "isCompact" from ${table}`
  // Whoever has begun to read before keeps former rows.
  do await client.query(`vacuum full ${table}`)
  while (!(await client.query(compact)).rows[0].isCompact)
}

test.each([
  ['in the row', 'short'],
  ['compressed in the row', 'a'.repeat(3_000)],
  ['outside of the row', Array.from({ length: 20_000 }, (_, i) => (i * i * 7_919).toString(36)).join('')],
])('no index follows when an object is confirmed whose document is kept %s', async (title, log) => {
  await create(check(title, log))
  const [statement, ...others] = await recordStatements(() => write(check(title, log)))
  if (!statement || others.length > 0) throw new Error('not one statement')
  await makeRoom()
  for (let i = 0; i < 5; i++) {
    await client.query('begin')
    await client.query(statement.text, [...statement.values])
    const { rows } = await client.query(
      `select n_tup_upd::int as updates, n_tup_hot_upd::int as "withoutIndexes" from pg_stat_xact_user_tables where relid = '${table}'::regclass`,
    )
    await client.query('commit')
    const stored = await client.query(
      `select ctid, updated_at::text, confirmed_at::text, document->>'name' from ${table}`,
    )
    // PostgreSQL may not have reported those of the last transaction yet.
    expect(rows, JSON.stringify(stored.rows)).toEqual([
      { updates: rows[0].withoutIndexes, withoutIndexes: expect.toSatisfy((count) => count > 0) },
    ])
  }
})

test('objects that are confirmed all the time take a bounded space, without a vacuum', async () => {
  const inputs = Array.from({ length: 200 }, (_, i) => check(`check-${i}`))
  await create(...inputs)
  // Its analysis would keep former rows while it runs.
  await client.query(`alter table ${table} set (autovacuum_enabled = false)`)
  const sizeOf = async () => Number((await registry.sql(`select pg_total_relation_size('${table}') as size`))[0]?.size)
  const confirmAll = async () => {
    for (let i = 0; i < 40; i++)
      expect(await write(...inputs.filter((_, place) => place % 40 === i))).toEqual({ unchanged: 5 })
  }
  const others = `select 1 from pg_stat_activity where datname = current_database() and backend_xmin is not null and pid <> pg_backend_pid()`
  const attempts: { growth: number; whole: number }[] = []
  const isBounded = () => attempts.some(({ growth, whole }) => growth < 1.2 && whole < 5)
  // Whoever reads meanwhile keeps former rows; then the space is measured again. Without an end of former rows, it would be a third
  // larger each time, and more than five times as large in the end.
  while (attempts.length < 5 && !isBounded()) {
    await client.query(`vacuum full ${table}`)
    const first = await sizeOf()
    for (let round = 0; round < 3; round++) await confirmAll()
    while ((await registry.sql(others)).length > 0);
    const settled = await sizeOf()
    for (let round = 0; round < 4; round++) await confirmAll()
    const last = await sizeOf()
    attempts.push({ growth: last / settled, whole: last / first })
  }
  expect(isBounded(), JSON.stringify(attempts)).toBe(true)
})

test('what was confirmed last is the latest, however close the confirmations are', async () => {
  const names = ['d', 'a', 'e', 'c', 'b']
  await create(...names.map((name) => check(name)))
  for (const [i, name] of names.entries()) for (let times = 0; times <= i; times++) await write(check(name))
  const rows = await registry.sql(
    `select count(distinct updated_at)::int as moved, count(distinct confirmed_at)::int as confirmed from ${table} where document->>'name' = any($1)`,
    [names],
  )
  expect(rows).toEqual([{ moved: 1, confirmed: 5 }])

  const where = `{name: {in: ${JSON.stringify(names)}}}`
  for (const [direction, expected] of [
    ['asc', names],
    ['desc', [...names].reverse()],
  ] as const) {
    const orderBy = `orderBy: [{_meta: {updateTime: ${direction}}}]`
    const read: string[] = []
    for (let after = ''; read.length < 5; ) {
      const { checks } = await registry.data(
        `{ checks(where: ${where}, ${orderBy}, first: 2${after}) { nodes { name } pageInfo { endCursor } } }`,
      )
      read.push(...checks.nodes.map(({ name }: { name: string }) => name))
      after = `, after: "${checks.pageInfo.endCursor}"`
    }
    expect(read).toEqual(expected)
  }

  const { check: middle } = await registry.data('{ check(name: "e") { _meta { updateTime } } }')
  const time = middle._meta.updateTime
  const found = await registry.data(`{
    later: checks(where: {AND: [${where}, {_meta: {updateTime: {gt: "${time}"}}}]}) { totalCount }
    notLater: checks(where: {AND: [${where}, {_meta: {updateTime: {lte: "${time}"}}}]}) { totalCount }
    exactly: checks(where: {_meta: {updateTime: {equals: "${time}"}}}) { nodes { name } }
    among: checks(where: {AND: [${where}, {_meta: {updateTime: {in: ["${time}", "${future}"]}}}]}) { nodes { name } }
    latest: checks(where: ${where}, latestPer: [level]) { nodes { name } }
  }`)
  expect(found).toEqual({
    later: { totalCount: 2 },
    notLater: { totalCount: 3 },
    exactly: { nodes: [{ name: 'e' }] },
    among: { nodes: [{ name: 'e' }] },
    latest: { nodes: [{ name: 'b' }] },
  })
})

test('what servers write that do not know of confirmations apart counts as well', async () => {
  await create(check('shared'))
  await write(check('shared'))
  const updateTime = async () => (await registry.data('{ check(name: "shared") { _meta { updateTime } } }')).check._meta
  expect(await updateTime()).toEqual({ updateTime: '2090-01-01T00:00:00.000001Z' })
  await registry.sql(
    `update ${table} set updated_at = greatest(clock_timestamp(), '2090-01-01T00:00:00.5Z') where document->>'name' = 'shared'`,
  )
  expect(await updateTime()).toEqual({ updateTime: '2090-01-01T00:00:00.500000Z' })
})

test('for a day after the upgrade of a registry with objects, older servers see each confirmation and have their index', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'registry-migrations-'))
  const database = await createEmptyDatabase()
  const older = new pg.Client(database.connection)
  try {
    await older.connect()
    for (const name of await readdir('prisma/migrations'))
      if (name < '20261129230000_confirmations')
        await cp(join('prisma/migrations', name), join(folder, name), { recursive: true })
    await applyMigrations({ connection: database.connection, logger: pino({ level: 'silent' }), directory: folder })
    const former = formerIndexOf(parseTexts([template]).byName.get('check') as Template)
    await older.query(`create table ${table} partition of registry_object for values in ('check')`)
    await older.query(former.create({ concurrently: false }))
    await older.query(
      `insert into ${table} (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
       values ('check', '["a"]', gen_random_uuid(), '{"name": "a"}', '{}', 1, now(), $1, 'CREATED')`,
      [future],
    )
    const confirmAndRead = async () => {
      const upgraded = await startRegistry([template], { databaseUrl: database.url })
      try {
        await upgraded.data('mutation { upsertCheck(input: { name: "a" }) { outcome } }')
        return upgraded.sql(
          `select updated_at = '2090-01-01T00:00:00.000001Z' as moved, to_regclass('"${former.name}"') is not null as "isIndexed" from ${table}`,
        )
      } finally {
        await upgraded.close()
      }
    }
    expect(await confirmAndRead()).toEqual([{ moved: true, isIndexed: true }])
    await older.query(
      "create or replace function registry_confirms_apart() returns boolean language sql stable as 'select true'",
    )
    expect(await confirmAndRead()).toEqual([{ moved: true, isIndexed: false }])
  } finally {
    await older.end()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }
})
