import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultLimits } from '../../src/limits.ts'
import { createPool } from '../../src/store/create-pool.ts'
import { createDatabase, type Database } from '../../src/store/database.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { createDatabaseProxy, type DatabaseProxy } from './database-proxy.ts'

/** In milliseconds: longer than any wait for the database. */
const blocked = 6_000

let testDatabase: TestDatabase
let proxy: DatabaseProxy
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  proxy = await createDatabaseProxy(testDatabase.connection)
})
afterAll(async () => {
  await proxy.close()
  await testDatabase.drop()
})

async function withDatabase(
  url: string,
  work: (database: Database) => Promise<void>,
  settings: pg.PoolConfig = {},
): Promise<void> {
  // PostgreSQL's own limit is disabled here: on a busy machine it might stop any statement.
  const connection = { connectionString: url, statement_timeout: 600_000, ...settings }
  const pool = createPool(connection, defaultLimits.statementMilliseconds, () => undefined)
  const database = createDatabase(pool, defaultLimits.answerBytes)
  try {
    await work(database)
  } finally {
    await database.close()
  }
}

/** Blocks the event loop, as if the process were suspended. */
function block(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

const wait = { text: 'select pg_sleep(0.05), $1::text as said', values: ['well'] }
const said = [expect.objectContaining({ said: 'well' })]

/** Of more than there are connections: some are answered meanwhile, some have no connection yet. */
function askMuch(database: Database): Promise<unknown>[] {
  return Array.from({ length: 24 }, (_, i) =>
    i % 2 === 0
      ? database.run(wait)
      : database.transaction(async (run) => {
          await run(wait)
          return run(wait)
        }),
  )
}

test('a pause of this process is not blamed on the database: answers that have arrived are read, and waiting requests keep waiting', async () => {
  await withDatabase(testDatabase.url, async (database) => {
    // At first no connection is made yet; then all are, and are busy.
    for (let round = 0; round < 2; round++) {
      const answers = askMuch(database)
      if (round === 1) await database.run(wait)
      block(blocked)
      const again = askMuch(database)
      expect(await Promise.all([...answers, ...again])).toEqual(Array.from({ length: 48 }, () => said))
    }
  })
})

test('a database that hangs during a pause of this process is still reported', async () => {
  await withDatabase(proxy.url, async (database) => {
    expect(await database.run(wait)).toEqual(said)
    proxy.hang()
    const answers = askMuch(database)
    block(blocked)
    for (const answer of await Promise.allSettled(answers))
      expect(answer).toMatchObject({ status: 'rejected', reason: { extensions: { code: 'SERVICE_UNAVAILABLE' } } })
    await proxy.restore()
    await expect.poll(() => database.run(wait).catch(String)).toEqual(said)
  })
})

test('a transaction that PostgreSQL rolled back because this process was suspended is repeated exactly once', async () => {
  const work = async (database: Database) => {
    await database.run({ text: 'create table written (n int)', values: [] })
    let attempts = 0
    const result = await database.transaction(async (run) => {
      attempts++
      await run({ text: 'insert into written values ($1)', values: [attempts] })
      if (attempts < 3) block(1_000)
      return run({ text: 'select n from written', values: [] })
    })
    expect(attempts).toBe(3)
    expect(result).toEqual([{ n: 3 }])
    expect(await database.run({ text: 'select n from written', values: [] })).toEqual([{ n: 3 }])
  }
  await withDatabase(testDatabase.url, work, { idle_in_transaction_session_timeout: 300 })
})
