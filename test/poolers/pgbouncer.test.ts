import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseEnv } from 'node:util'
import pg from 'pg'
import { pino } from 'pino'
import { describe, expect, inject, test } from 'vitest'
import { defaultLimits } from '../../src/limits.ts'
import { compileLock } from '../../src/sql/session/compile-lock.ts'
import { withoutTimeLimit } from '../../src/store/database.ts'
import { withHosts } from '../../src/store/hosts/open-client.ts'
import { applyMigrations } from '../../src/store/migrations/apply-migrations.ts'
import { takeLock, withOwnConnection } from '../../src/store/own-connection.ts'
import { ask, startProcess } from '../app/start-process.ts'
import { listBlocks } from '../docs/list-blocks.ts'
import { createDatabaseProxy } from '../store/database-proxy.ts'
import { startConfigured } from '../support/pgbouncer.ts'
import { applying, parseTexts } from '../support/registry.ts'
import { host, templates, usePoolers } from './use-poolers.ts'

const use = usePoolers()

async function countLocks(): Promise<number> {
  const { rows } = await use.direct.query(
    "select count(*)::int as n from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
  )
  return rows[0].n
}

/** What docs/operation.md has for a mode: the configuration of PgBouncer, and the settings of the server. */
async function startAsDocumented(mode: 'session' | 'transaction') {
  const blocks = listBlocks(readFileSync('docs/operation.md', 'utf8'))
  const index = blocks.findIndex(({ language, text }) => language === 'ini' && text.includes(`pool_mode = ${mode}`))
  const { host, port, user, password, database: name } = use.database.connection
  const pooler = await startConfigured(
    use.database.connection,
    (own, users) =>
      (blocks[index]?.text ?? '')
        .replace('host=10.0.0.5 port=5432 dbname=registry', `host=${host} port=${port} dbname=${name}`)
        .replace('listen_port = 6432', `listen_port = ${own}`)
        .replace('/etc/pgbouncer/userlist.txt', users),
    `"${user}" "${password}"\n`,
  )
  use.atEnd(pooler.stop)
  const { DATABASE_URL, DATABASE_DIRECT_URL, ...env } = parseEnv(blocks[index + 1]?.text ?? '')
  expect(DATABASE_URL).toBe('postgresql://registry:secret@127.0.0.1:6432/registry')
  return {
    ...(env as Record<string, string>),
    DATABASE_URL: pooler.urlTo({ ...use.database.connection, database: 'registry' }),
    ...(DATABASE_DIRECT_URL !== undefined && { DATABASE_DIRECT_URL: use.database.url }),
  }
}

describe.each(['session', 'transaction'] as const)('with pool_mode = %s', (mode) => {
  test('the registry starts as documented, warns of nothing about it, and answers all of many requests', async () => {
    const env = await startAsDocumented(mode)
    for (const distr of ['first', 'second']) {
      const registry = startProcess(env)
      const url = await registry.ready()
      const write = (i: number) =>
        ask(url, `mutation { upsertImage(input: { name: "${i % 7}", distr: "${distr}" }) { image { distr } } }`)
      const read = (i: number) => ask(url, `{ images(first: ${1 + (i % 5)}) { nodes { name } totalCount } }`)
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? write(i) : read(i))))
      expect(answers).toHaveLength(200)
      expect(registry.stdout()).toContain(
        `leads to a pooler which gives each ${mode === 'session' ? 'connection' : 'transaction'} a session`,
      )
      expect(registry.stdout()).not.toMatch(/DATABASE_DIRECT_URL|"level":"error"|cannot be used/)
      await registry.stop()
    }
  })

  test('a statement and a transaction have all settings, and leave none behind in the sessions of the pooler', async () => {
    const pooler = await use.start(inject('postgres'), mode)
    await use.direct.query(`alter database ${use.database.connection.database} set timezone = 'Asia/Tokyo'`)
    const { store, close } = use.open(pooler.urlTo(use.database.connection), {
      limits: { ...defaultLimits, statementMilliseconds: 7_000 },
    })
    const names = [
      'statement_timeout',
      'idle_in_transaction_session_timeout',
      'timezone',
      'jit',
      'gin_pending_list_limit',
    ]
    const text = `select ${names.map((name) => `current_setting('${name}') as ${name}`).join()}, $1::text as value`
    const expected = [
      {
        ...{ statement_timeout: '7s', idle_in_transaction_session_timeout: '10s', timezone: 'UTC' },
        ...{ jit: 'off', gin_pending_list_limit: '512kB', value: 'x' },
      },
    ]
    for (let i = 0; i < 3; i++) {
      expect(await store.database.run({ text, values: ['x'] })).toEqual(expected)
      expect(
        await store.database.transaction(async (run) => {
          await run({ text: 'select 1', values: [] })
          return run({ text, values: ['x'] })
        }),
      ).toEqual(expected)
    }
    await close()
    const other = new pg.Client(pooler.connectionTo(use.database.connection))
    await other.connect()
    const { rows } = await other.query(text, ['x'])
    await other.end()
    expect(rows[0]).toMatchObject({ statement_timeout: '0', timezone: 'Asia/Tokyo', gin_pending_list_limit: '4MB' })
  })

  test('a request takes one packet, as without a pooler, and a transaction one for each of its statements, its beginning and its end', async () => {
    const pooler = await use.start(inject('postgres'), mode)
    const proxy = await createDatabaseProxy(pooler.connectionTo(use.database.connection))
    use.atEnd(proxy.close)
    const { store } = use.open(proxy.url)
    const one = { text: 'select $1::int as one', values: [1] }
    await store.database.run(one)
    const before = proxy.packets()
    for (let i = 0; i < 5; i++) await store.database.run(one)
    const afterReads = proxy.packets()
    await store.database.transaction((run) => run(one))
    expect([afterReads - before, proxy.packets() - afterReads]).toEqual([5, 3])
  })

  test('the options of the URL hold', async () => {
    const pooler = await use.start(inject('postgres'), mode)
    const url = `${pooler.urlTo(use.database.connection)}?options=-c%20search_path%3Dpg_catalog%20--work-mem=7MB`
    const { store } = use.open(url)
    const show = "select current_setting('search_path') as path, current_setting('work_mem') as memory"
    expect(await store.database.run({ text: show, values: [] })).toEqual([{ path: 'pg_catalog', memory: '7MB' }])
  })

  test.each([
    [undefined, 0],
    [true, mode === 'session' ? 1 : 0],
  ])('with DATABASE_PREPARED %s, statements that come often are prepared %s times', async (prepared, count) => {
    const pooler = await use.start(inject('postgres'), mode)
    const { store, logged } = use.open(pooler.urlTo(use.database.connection), { prepared, connections: 3 })
    const often = { text: 'select $1::int as n', values: [7] }
    for (let round = 0; round < 5; round++) {
      const rows = await Promise.all(Array.from({ length: 12 }, () => store.database.run(often)))
      expect(rows.map(([row]) => row?.n)).toEqual(rows.map(() => 7))
    }
    // One that was prepared before the server gave up stays in its session.
    const next = {
      text: "select count(*)::int as prepared from pg_prepared_statements where statement like '%the next one%'",
      values: [],
    }
    for (let round = 0; round < 5; round++)
      await Promise.all(Array.from({ length: 12 }, () => store.database.run(next)))
    expect((await store.database.run(next))[0]?.prepared).toBe(count)
    expect(logged.every(({ remedy }) => remedy?.includes('DATABASE_PREPARED'))).toBe(true)
  })

  test('a statement that takes too long is TIMEOUT, and PostgreSQL stops it', async () => {
    const pooler = await use.start(inject('postgres'), mode)
    const { store } = use.open(pooler.urlTo(use.database.connection), {
      limits: { ...defaultLimits, statementMilliseconds: 300 },
    })
    const slow = { text: 'select pg_sleep($1)', values: [600] }
    const timeout = { extensions: { code: 'TIMEOUT' } }
    await expect(store.database.run(slow)).rejects.toMatchObject(timeout)
    await expect(store.database.transaction((run) => run(slow))).rejects.toMatchObject(timeout)
    const sleeping =
      "select from pg_stat_activity where query like '%pg_sleep($1)%' and state = 'active' and pid <> pg_backend_pid()"
    await expect.poll(async () => (await use.direct.query(sleeping)).rows.length, { timeout: 60_000 }).toBe(0)
    expect(await store.database.run({ text: 'select 1 as one', values: [] })).toEqual([{ one: 1 }])
  })

  test('while PostgreSQL hangs behind it, requests are SERVICE_UNAVAILABLE, and succeed again afterwards', async () => {
    const proxy = await createDatabaseProxy(use.database.connection)
    use.atEnd(proxy.close)
    const pooler = await use.start({ ...use.database.connection, host: '127.0.0.1', port: proxy.port }, mode)
    const { store } = use.open(pooler.urlTo(use.database.connection))
    const one = { text: 'select 1 as one', values: [] }
    await store.database.run(one)
    proxy.hang()
    const asked = [store.database.run(one), store.database.transaction((run) => run(one)), store.database.run(one)]
    for (const answer of await Promise.allSettled(asked))
      expect(answer).toMatchObject({ reason: { extensions: { code: 'SERVICE_UNAVAILABLE' } } })
    await proxy.restore()
    await expect.poll(() => store.database.run(one).catch(() => 0), { timeout: 60_000 }).toEqual([{ one: 1 }])
  })

  test('a failed statement leaves a connection that works', async () => {
    const pooler = await use.start(inject('postgres'), mode)
    const { store } = use.open(pooler.urlTo(use.database.connection))
    for (let i = 0; i < 10; i++) {
      const broken = { text: 'select $1::int / 0', values: [i] }
      await expect(store.database.run(broken)).rejects.toMatchObject({ code: '22012' })
      await expect(store.database.transaction((run) => run(broken))).rejects.toMatchObject({ code: '22012' })
      expect(await store.database.run({ text: 'select $1::int as n', values: [i] })).toEqual([{ n: i }])
    }
  })

  test('several servers that start at once apply templates one at a time, without DATABASE_DIRECT_URL, and leave no lock', async () => {
    const pooler = await use.start(inject('postgres'), mode)
    const stores = Array.from({ length: 3 }, () => use.open(pooler.urlTo(use.database.connection), { connections: 2 }))
    await Promise.all(stores.map(({ store }) => store.prepare(templates)))
    const made = stores.flatMap(({ logged }) => logged.filter(({ msg }) => msg.startsWith('made the storage')))
    expect(made).toHaveLength(1)
    expect(stores.map(({ messages }) => messages().includes('DATABASE_DIRECT_URL is not set'))).toEqual(
      stores.map(() => mode === 'transaction'),
    )
    for (const { close } of stores) await close()
    const later = use.open(pooler.urlTo(use.database.connection))
    await later.store.prepare(
      applying(parseTexts([host.replace('name: string,', 'name: string, room: { type: string, indexed: true },')])),
    )
    expect(later.messages()).toContain('building indexes')
    await later.close()
    expect(await countLocks()).toBe(0)
  })

  test('what takes long has no time limits of the database, and runs in the way of its transaction', async () => {
    const pooler = await use.start(inject('postgres'), mode)
    await use.direct.query(`alter database ${use.database.connection.database} set statement_timeout = '50s'`)
    const connection = withHosts({ connectionString: pooler.urlTo(use.database.connection) })
    const show = {
      text: "select current_setting('statement_timeout') as time, current_setting('work_mem') as memory, current_setting('lock_timeout') as lock",
      values: [],
    }
    await withoutTimeLimit(connection, async (run) => {
      expect(await run(show)).toEqual([{ time: '0', memory: '64MB', lock: '0' }])
      await run({ text: 'begin', values: [] })
      expect(await run(show)).toEqual([{ time: '0', memory: '64MB', lock: '0' }])
      await run({ text: "set local lock_timeout = '5s'", values: [] })
      expect(await run(show)).toMatchObject([{ lock: '5s' }])
      await expect(run({ text: 'select 1/0', values: [] })).rejects.toMatchObject({ code: '22012' })
      await run({ text: 'rollback', values: [] })
      expect(await run(show)).toMatchObject([{ lock: '0' }])
    })
    expect(await applyMigrations({ connection, logger: pino({ level: 'silent' }) })).not.toEqual([])
  })
})

test('a transaction holds a lock where there is no session, and work under it ends when that is lost', async () => {
  const pooler = await use.start(inject('postgres'), 'transaction')
  const connection = withHosts({ connectionString: pooler.urlTo(use.database.connection) })
  const take = (client: pg.Client) => takeLock(client, connection, compileLock(4_711))
  await withOwnConnection(connection, async (client) => {
    const release = await take(client)
    expect(await take(client)).toBe(undefined)
    await release?.()
    expect(await take(client)).not.toBe(undefined)
    const work = client.query('select pg_sleep(600)').catch((error: Error) => error.message)
    await use.direct.query(
      "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 4711",
    )
    expect(await work).toMatch(/terminated/)
  })
})

test('a transaction that PostgreSQL has undone because it heard nothing is done again', async () => {
  const pooler = await use.start(inject('postgres'), 'transaction')
  const { store } = use.open(pooler.urlTo(use.database.connection))
  let attempts = 0
  const limit = () => `set local idle_in_transaction_session_timeout = ${attempts++ === 0 ? 100 : 0}`
  const rows = await store.database.transaction(async (run) => {
    const [row] = await run({ text: 'select pg_backend_pid() as pid', values: [] })
    await run({ text: limit(), values: [] })
    const ask = async () =>
      (await use.direct.query('select from pg_stat_activity where pid = $1', [row?.pid])).rows.length
    if (attempts === 1) {
      await expect.poll(ask, { timeout: 60_000 }).toBe(0)
      await sleep(200)
    }
    return run({ text: 'select 1 as one', values: [] })
  })
  expect([rows, attempts]).toEqual([[{ one: 1 }], 2])
})
