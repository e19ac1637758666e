import { resolve } from 'node:path'
import { pino } from 'pino'
import { describe, expect, inject, test } from 'vitest'
import { waitForDatabase } from '../../src/store/wait-for-database.ts'
import { startProcess } from '../app/start-process.ts'
import { createDatabaseProxy } from '../store/database-proxy.ts'
import { findOwnPort } from '../support/find-own-port.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { applying, parseTexts } from '../support/registry.ts'
import { printConnectionUrl } from '../support/test-connection.ts'
import { host, templates, usePoolers } from './use-poolers.ts'

const use = usePoolers()

describe('DATABASE_DIRECT_URL', () => {
  test('leads past the pooler: through it, nobody could apply templates', async () => {
    const pooler = await use.start(inject('postgres'), 'transaction')
    const url = pooler.urlTo(use.database.connection)
    const { store, logged, close } = use.open(url, { directUrl: use.database.url })
    await store.prepare(templates)
    expect(logged.filter(({ level }) => level >= 40)).toEqual([])
    await close()
    const name = use.database.connection.database
    await use.direct.query(`create role ${name} login password 'secret'`)
    await use.direct.query(`grant select on all tables in schema public to ${name}`)
    use.atEnd(() => use.direct.query(`drop owned by ${name}`).then(() => use.direct.query(`drop role ${name}`)))
    const reader = { ...use.database.connection, user: name, password: 'secret' }
    const second = await use.start({ ...inject('postgres'), user: name, password: 'secret' }, 'transaction')
    const more = applying(parseTexts(['{ name: switch, key: [name], fields: { name: string } }', host]))
    const readsOnly = use.open(second.urlTo(reader), { directUrl: use.database.url })
    await readsOnly.store.prepare(more)
    expect(readsOnly.messages()).toContain('made the storage of new templates')
  })

  test('that leads to another database stops the start, and so does a pooler without transactions', async () => {
    const pooler = await use.start(inject('postgres'), 'transaction')
    const other = await createTestDatabase()
    use.atEnd(() => other.drop())
    const { store } = use.open(pooler.urlTo(use.database.connection), { directUrl: other.url })
    const secret = use.database.connection.password
    const wrong = await store.prepare(templates).catch((error: Error) => error)
    expect(wrong).toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/^DATABASE_DIRECT_URL \(.*\) leads to another database than DATABASE_URL/),
    })
    const statements = await use.start(inject('postgres'), 'statement')
    const refused = await use
      .open(statements.urlTo(use.database.connection))
      .store.prepare(templates)
      .catch((error: Error) => error)
    expect(refused).toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(
        /^DATABASE_URL \(.*\) leads to a pooler that gives each statement another session/,
      ),
    })
    expect(`${wrong}${refused}`).not.toContain(secret)
  })

  test('that leads to a pooler as well is said', async () => {
    const pooler = await use.start(inject('postgres'), 'transaction')
    const url = pooler.urlTo(use.database.connection)
    const { store, messages } = use.open(url, { directUrl: url })
    await store.prepare(templates)
    expect(messages()).toContain('DATABASE_DIRECT_URL leads to a pooler that shares sessions')
  })
})

test('listeners of the feed are told behind a pooler that shares sessions, and other servers are notified', async () => {
  const pooler = await use.start(inject('postgres'), 'transaction')
  const { store } = use.open(pooler.urlTo(use.database.connection))
  await store.prepare(templates)
  const told: string[] = []
  const { stop } = await store.feed.listen({
    onChanges: ({ changes }) => void told.push(...changes.map(({ key }) => key)),
  })
  await use.direct.query(
    `insert into registry_change (template, key, uuid, outcome, version, changed_at) values ('host', '["a"]', gen_random_uuid(), 'CREATED', 1, now())`,
  )
  await expect.poll(() => told, { timeout: 10_000 }).toEqual(['["a"]'])
  stop()
  const notified = new Promise((resolve) => use.direct.once('notification', resolve))
  await use.direct.query('listen registry_feed')
  store.feed.noteWrite()
  expect(await notified).toMatchObject({ channel: 'registry_feed' })
})

test('the start waits while PgBouncer is there and PostgreSQL is not', async () => {
  const proxy = await createDatabaseProxy(use.database.connection)
  use.atEnd(proxy.close)
  await proxy.cut()
  const pooler = await use.start({ ...use.database.connection, host: '127.0.0.1', port: proxy.port }, 'transaction', {
    server_login_retry: 1,
  })
  const { store, messages } = use.open(pooler.urlTo(use.database.connection))
  const prepared = store.prepare(templates)
  prepared.catch(() => undefined)
  await expect.poll(messages, { timeout: 60_000 }).toContain('waiting for the database')
  await proxy.restore()
  await prepared
})

test.each([
  ['session', { default_pool_size: 1 }],
  ['transaction', { default_pool_size: 1 }],
  ['transaction', { server_round_robin: 1, min_pool_size: 5 }],
  ['session', { server_round_robin: 1, min_pool_size: 5 }],
] as const)('pool_mode = %s with %j is recognised', async (mode, settings) => {
  const pooler = await use.start(inject('postgres'), mode, settings)
  const warm = use.open(pooler.urlTo(use.database.connection))
  await warm.store.database.run({ text: 'select 1', values: [] })
  await warm.close()
  const found = await waitForDatabase({
    url: pooler.urlTo(use.database.connection),
    logger: pino({ level: 'silent' }),
  })
  expect(found.pooler).toBe(mode)
})

test('several poolers are tried in turn', async () => {
  const pooler = await use.start(inject('postgres'), 'transaction')
  const { user, password, database: name } = use.database.connection
  const away = await findOwnPort()
  const { store } = use.open(`postgresql://${user}:${password}@127.0.0.1:${away},127.0.0.1:${pooler.port}/${name}`)
  const [row] = await store.database.run({ text: "select current_setting('jit') as jit", values: [] })
  expect(row).toEqual({ jit: 'off' })
})

test('one that appears later is found', async () => {
  const pooler = await use.start(inject('postgres'), 'transaction')
  const [plain, pooled] = [use.database.connection, pooler.connectionTo(use.database.connection)]
  const front = await createDatabaseProxy(plain)
  const { store } = use.open(printConnectionUrl({ ...plain, host: '127.0.0.1', port: front.port }))
  use.atEnd(front.close)
  const pid = { text: 'select pg_backend_pid() as pid', values: [] }
  await store.database.run(pid)
  await front.cut()
  const second = await createDatabaseProxy(pooled, front.port)
  use.atEnd(second.close)
  await expect.poll(() => store.database.run(pid).catch(() => []), { timeout: 60_000 }).toHaveLength(1)
  for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 10 }, () => store.database.run(pid)))
})

describe('registry doctor', () => {
  test.each([
    ['session', /^ok +pooler +DATABASE_URL leads through a pooler that gives each connection a session$/m],
    ['transaction', /^warn +pooler +DATABASE_URL leads .* each transaction a session\n +→ Set DATABASE_DIRECT_URL/m],
  ] as const)('says what a pooler in %s mode needs', async (mode, message) => {
    const pooler = await use.start(inject('postgres'), mode)
    const env = { DATABASE_URL: pooler.urlTo(use.database.connection), PORT: String(await findOwnPort()) }
    const doctor = startProcess(env, [resolve('dist/bin/registry.cjs'), 'doctor'])
    await doctor.ended
    expect(doctor.stdout()).toMatch(message)
  })
})
