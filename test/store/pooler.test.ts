import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { splitStart } from '../../src/store/pooler/startup-client.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { createDatabaseProxy } from './database-proxy.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.drop())

test('without a pooler, a request takes one packet, and its connection has all settings from its start', async () => {
  const proxy = await createDatabaseProxy(database.connection)
  const store = openStore({ connection: { connectionString: proxy.url } }, pino({ level: 'silent' }))
  const show = {
    text: "select current_setting('jit') as jit, current_setting('statement_timeout') as time, (select count(*)::int from pg_prepared_statements) as prepared",
    values: [],
  }
  await store.database.run(show)
  const before = proxy.packets()
  for (let i = 0; i < 5; i++) expect(await store.database.run(show)).toEqual([{ jit: 'off', time: '4s', prepared: 1 }])
  const afterReads = proxy.packets()
  await store.database.transaction((run) => run(show))
  expect([afterReads - before, proxy.packets() - afterReads]).toEqual([5, 3])
  await store.close()
  await proxy.close()
})

test.each([
  ['none', '', { jit: 'off', time_zone: 'UTC', work_mem: '4MB' }],
  ['its own', '-c work_mem=8MB -c jit=on', { jit: 'on', time_zone: 'UTC', work_mem: '8MB' }],
  ['a time zone', '-c timezone=Asia/Tokyo', { jit: 'off', time_zone: 'UTC', work_mem: '4MB' }],
])(
  'options of the URL, %s, stand beside the usual ones; times without a zone are UTC',
  async (_, options, expected) => {
    const show = {
      text: "select current_setting('jit') as jit, current_setting('timezone') as time_zone, current_setting('work_mem') as work_mem",
      values: [],
    }
    const url = new URL(database.url)
    if (options) url.searchParams.set('options', options)
    const several = new URL(url)
    several.searchParams.set('target_session_attrs', 'any')
    for (const connectionString of [url.href, several.href]) {
      const store = openStore({ connection: { connectionString } }, pino({ level: 'silent' }))
      expect(await store.database.run(show)).toEqual([expected])
      await store.close()
    }
  },
)

test('DATABASE_PREPARED=false has nothing prepared', async () => {
  const store = openStore({ connection: database.connection, prepared: false }, pino({ level: 'silent' }))
  const count = { text: 'select count(*)::int as prepared from pg_prepared_statements', values: [] }
  for (let i = 0; i < 4; i++) expect(await store.database.run(count)).toEqual([{ prepared: 0 }])
  await store.close()
})

test('a wrong password is said, and no connection is left to wait for it', async () => {
  const connection = { ...database.connection, password: 'wrong' }
  const store = openStore({ connection }, pino({ level: 'silent' }))
  await expect(store.database.run({ text: 'select 1', values: [] })).rejects.toMatchObject({
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  })
  await store.close()
})

test.each([
  ['-c timezone=UTC -c jit=off', undefined, { timezone: 'UTC', jit: 'off' }],
  ['-cjit=off --work-mem=4MB', undefined, { jit: 'off', work_mem: '4MB' }],
  ['-c search_path=a,\\ b endpoint=x', 'endpoint=x', { search_path: 'a, b' }],
  ['endpoint=ep-1 -c', 'endpoint=ep-1 -c', {}],
  ['-c nothing -c jit=off', '-c nothing', { jit: 'off' }],
])('of the options %s, %s goes to a pooler, and the transactions get %s', (options, rest, settings) => {
  expect(splitStart({ user: 'me', database: 'registry', statement_timeout: '4000', options })).toEqual({
    kept: { user: 'me', database: 'registry', ...(rest !== undefined && { options: rest }) },
    settings: { statement_timeout: '4000', ...settings },
  })
})
