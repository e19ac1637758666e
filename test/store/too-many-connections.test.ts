import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const user = `registry_test_${randomBytes(6).toString('hex')}`
let testDatabase: TestDatabase
let direct: pg.Client

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  direct = new pg.Client(testDatabase.connection)
  await direct.connect()
  await direct.query(`create role ${user} login password 'secret' connection limit 3`)
})
afterAll(async () => {
  await direct?.query(`drop role ${user}`)
  await direct?.end()
  await testDatabase?.drop()
})

/** A store of the user who may have three connections, and what it logs. */
function open() {
  const logged: { code?: string; remedy?: string }[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => logged.push(JSON.parse(line)) })
  const connection = { ...testDatabase.connection, user, password: 'secret' }
  return { logged, store: openStore({ connection, connections: 10 }, logger) }
}

const number = (n: number) => ({ text: 'select $1::int as n, pg_sleep(0.01)', values: [n] })
const numbers = Array.from({ length: 60 }, (_, i) => i)

test('a request waits for a connection that there is when PostgreSQL takes no more, and the reason is logged once', async () => {
  const { store, logged } = open()
  for (let round = 0; round < 3; round++) {
    const rows = await Promise.all(numbers.map((n) => store.database.run(number(n))))
    expect(rows.map(([row]) => row?.n)).toEqual(numbers)
  }
  expect(logged).toEqual([
    expect.objectContaining({ code: '53300', remedy: expect.stringContaining('DATABASE_CONNECTIONS') }),
  ])
  await store.close()
})

test('a request without any connection waits for the first that comes free', async () => {
  const { store } = open()
  const others = Array.from(
    { length: 3 },
    () => new pg.Client({ ...testDatabase.connection, user, password: 'secret' }),
  )
  for (const other of others) await other.connect()
  const waiting = numbers.map((n) => store.database.run(number(n)))
  for (const other of others) await other.end()
  expect((await Promise.all(waiting)).map(([row]) => row?.n)).toEqual(numbers)
  await store.close()
})

test('why the database cannot be used is logged once for all requests that fail for one reason', async () => {
  const { store, logged } = open()
  await direct.query(`alter role ${user} nologin`)
  const results = await Promise.allSettled(numbers.map((n) => store.database.run(number(n))))
  await direct.query(`alter role ${user} login`)
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['rejected']))
  expect(logged).toEqual([expect.objectContaining({ code: '28000', reason: expect.stringContaining('log in') })])
  await store.close()
})
