import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { listProcessesIn } from '../embedded/embedded-processes.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { printConnectionUrl, withTimeLimits } from '../support/test-connection.ts'
import { createWatchedFolder } from '../support/watch-over.ts'
import { createDatabaseProxy, type DatabaseProxy } from './database-proxy.ts'

let database: TestDatabase
let proxy: DatabaseProxy
let registry: TestRegistry
let direct: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  proxy = await createDatabaseProxy(database.connection)
  registry = await startRegistry(undefined, { databaseUrl: proxy.url })
  direct = new pg.Client(database.connection)
  await direct.connect()
  await registry.data('mutation { upsertImages(input: [{name: "i"}, {name: "j"}]) { created } }')
})
afterEach(async () => {
  await proxy.restore()
  await untilReady(registry)
})
afterAll(async () => {
  await registry?.close()
  await direct?.end()
  await proxy?.close()
  await database?.drop()
})

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly text: string
}

async function ask({ url }: TestRegistry, query: string, path = '/graphql'): Promise<Answer> {
  const response = await fetch(
    new URL(path, url),
    path === '/graphql'
      ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) }
      : {},
  )
  const text = await response.text()
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text }
}

async function untilReady(of: TestRegistry): Promise<void> {
  for (;;) {
    const { data } = await of.query('mutation { upsertImage(input: {name: "probe"}) { outcome } }')
    if (data?.upsertImage) return
    await sleep(20)
  }
}

/** Waits until no transaction is idle; PostgreSQL ends idle ones after 10 s. */
async function idleInTransaction(of: TestRegistry): Promise<unknown[]> {
  for (let left = 100; ; left--) {
    const rows = await of.sql(
      `select query from pg_stat_activity where datname = current_database()
       and application_name = 'registry-store' and state like 'idle in transaction%'`,
    )
    if (rows.length === 0 || left === 0) return rows
    await sleep(50)
  }
}

const operations = [
  '{ images { nodes { name roles { totalCount } } } }',
  'mutation { upsertImage(input: {name: "i", lts: true}) { outcome } }',
  'mutation { upsertRole(input: {name: "r", image: "i", status: true}) { role { image { roles { totalCount } } } } }',
  'mutation { upsertImages(input: [{name: "x"}, {name: "x", lts: true}], mode: INDEPENDENT) { created } }',
  'mutation { deleteImage(name: "j") { name } }',
  'mutation { deleteImages(where: {name: {equals: "j"}}) }',
]

/** Expects that all answers are 503 and reveal nothing about the database. */
function expectUnavailable(answers: readonly Answer[], nothingOf: readonly (string | number)[]): void {
  for (const { status, retryAfter, text } of answers) {
    expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '1' })
    const { errors } = JSON.parse(text)
    expect(
      errors.map(({ message, extensions }: { message: string; extensions: object }) => [message, extensions]),
    ).toEqual(
      errors.map(() => [
        'The database does not answer at the moment; try again shortly.',
        { code: 'SERVICE_UNAVAILABLE' },
      ]),
    )
    for (const secret of [...nothingOf, 'ECONN', 'timeout', 'select', 'registry_', 'Connection terminated'])
      expect(text).not.toContain(String(secret))
  }
}

const secrets = () => [database.connection.password, database.connection.database, proxy.port, database.connection.host]

test('while the database is unavailable, answers are 503 with Retry-After, and requests succeed again when it is back', async () => {
  await proxy.cut()
  expectUnavailable(
    await Promise.all([...operations, ...operations, ...operations].map((operation) => ask(registry, operation))),
    secrets(),
  )
  expect(await ask(registry, '', '/livez')).toMatchObject({ status: 200 })
  expect(await ask(registry, '', '/readyz')).toMatchObject({ status: 503 })
  await proxy.restore()
  await untilReady(registry)
  expect(await ask(registry, '', '/readyz')).toMatchObject({ status: 200 })
})

test('while the database accepts connections but does not answer, each of many requests gets a 503', async () => {
  const before = await direct.query('select max(sequence) as last from registry_change')
  proxy.hang()
  const first = Array.from({ length: 5 }, () => operations)
    .flat()
    .map((operation) => ask(registry, operation))
  await sleep(1_500)
  const second = operations.map((operation) => ask(registry, operation))
  expect(await ask(registry, '', '/livez')).toMatchObject({ status: 200 })
  expectUnavailable(await Promise.all([...first, ...second]), secrets())
  expectUnavailable(await Promise.all(operations.map((operation) => ask(registry, operation))), secrets())
  await proxy.restore()
  await untilReady(registry)
  expect(await idleInTransaction(registry)).toEqual([])
  // Writes that reached the database late were done completely or not at all.
  const changes = await direct.query(
    'select key, outcome from registry_change where sequence > $1 and key <> \'["probe"]\'',
    [before.rows[0].last],
  )
  const objects = await direct.query("select key from registry_object where template = 'image' and outcome is null")
  expect([changes.rows.filter(({ outcome }) => outcome === 'DELETED').length <= 1, objects.rows]).toEqual([true, []])
})

test('a request with many writes does not wait for a silent database once for each', async () => {
  const writes = Array.from({ length: 10 }, (_, i) => `a${i}: upsertImage(input: {name: "s${i}"}) { outcome }`)
  proxy.hang()
  const statements = await recordStatements(async () => {
    expectUnavailable([await ask(registry, `mutation { ${writes.join(' ')} }`)], secrets())
  })
  expect(statements.length).toBeLessThan(2)
})

test('a connection that is lost in the middle of a transaction fails that request alone', async () => {
  const work = registry.database.transaction(async (run) => {
    const [row] = await run({
      text: "insert into registry_generation values (999, '', '', '{}', '[]', null, now()) returning pg_backend_pid() as pid",
      values: [],
    })
    await direct.query('select pg_terminate_backend($1)', [row?.['pid']])
    // The connection is lost while no request is running.
    await sleep(200)
    return run({ text: 'select 1', values: [] })
  })
  await expect(work).rejects.toMatchObject({ extensions: { code: 'SERVICE_UNAVAILABLE' } })
  expect((await direct.query('select from registry_generation where generation = 999')).rows).toEqual([])
  expect(await registry.data('{ image(name: "i") { name } }')).toEqual({ image: { name: 'i' } })
})

test('a write that waits too long for another one is stopped with TIMEOUT, and leaves nothing behind', async () => {
  // However late the busy PostgreSQL says that it has stopped the statement.
  const patient = await startRegistry(undefined, {
    databaseUrl: withTimeLimits(database.url, { query_timeout: 600_000 }),
  })
  await direct.query('begin')
  await direct.query(`select from registry_object where key = '["i"]' for update`)
  const [one, many] = await Promise.all([
    ask(patient, 'mutation { upsertImage(input: {name: "i", distr: "late"}) { outcome } }'),
    ask(
      patient,
      'mutation { upsertImages(input: [{name: "a"}, {name: "a", lts: true}, {name: "i", distr: "late"}]) { created } }',
    ),
  ])
  await direct.query('rollback')
  await patient.close()
  const message =
    'The request took too long in the database and was stopped (limit "statementMilliseconds"); ask for less at a time, or filter by an indexed field.'
  for (const answer of [one, many])
    expect(JSON.parse(answer.text).errors).toEqual([
      expect.objectContaining({ message, extensions: { code: 'TIMEOUT' } }),
    ])
  expect(await registry.data('{ image(name: "i") { distr } a: image(name: "a") { name } }')).toEqual({
    image: { distr: null },
    a: null,
  })
})

test('a failed statement leaves a connection that works', async () => {
  const broken = { text: 'select 1/0', values: [] }
  for (let i = 0; i < 30; i++) {
    await expect(registry.database.transaction((run) => run(broken))).rejects.toMatchObject({ code: '22012' })
    await expect(registry.database.run(broken)).rejects.toMatchObject({ code: '22012' })
  }
  expect(await registry.data('{ image(name: "i") { name } }')).toEqual({ image: { name: 'i' } })
})

test('while the processes of PostgreSQL are stopped, answers are 503, and requests succeed again when they continue', async () => {
  const dataDir = createWatchedFolder('registry-away-')
  const postgres = await createEmbeddedPostgres({ dataDir, logger: pino({ level: 'silent' }) })
  const stopped = await startRegistry(undefined, { databaseUrl: printConnectionUrl(postgres.connection) })
  try {
    await stopped.data('mutation { upsertImage(input: {name: "i"}) { outcome } }')
    await Promise.all(Array.from({ length: 20 }, () => stopped.data('{ images { totalCount } }')))
    const pids = await listProcessesIn(join(dataDir, 'postgres'))
    expect(pids.length).toBeGreaterThan(5)
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    try {
      const answers = Array.from({ length: 5 }, () => operations)
        .flat()
        .map((operation) => ask(stopped, operation))
      expect(await ask(stopped, '', '/livez')).toMatchObject({ status: 200 })
      expectUnavailable(await Promise.all(answers), [postgres.connection.password, postgres.connection.host])
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    }
    await untilReady(stopped)
    expect(await idleInTransaction(stopped)).toEqual([])
    expect(await stopped.data('mutation { upsertImage(input: {name: "after"}) { outcome } }')).toEqual({
      upsertImage: { outcome: 'CREATED' },
    })
  } finally {
    await stopped.close()
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
})
