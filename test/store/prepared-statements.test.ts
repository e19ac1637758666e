import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPool } from '../../src/store/create-pool.ts'
import { createDatabase, type Database, type Run } from '../../src/store/database.ts'
import { createPreparedStatements } from '../../src/store/prepared-statements.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const connections = 4
const bounds = { entries: 6, weight: 1_000 }

let testDatabase: TestDatabase
let pool: pg.Pool
let database: Database
let closedConnections: number

beforeEach(async () => {
  testDatabase = await createTestDatabase()
  // Idle connections stay: one that is closed has failed.
  const connection = { ...testDatabase.connection, max: connections, idleTimeoutMillis: 0 }
  pool = createPool(connection, 600_000, () => undefined)
  closedConnections = 0
  pool.on('remove', () => closedConnections++)
  database = createDatabase(pool, 1_000_000, createPreparedStatements(bounds))
})
afterEach(async () => {
  await database.close()
  await testDatabase.drop()
})

/** Returns its number and how much its connection has prepared. */
const statement = (n: number | string, value: unknown = 1) => ({
  text: `select ${n} as n, $1::int as value, count(*)::int as prepared, sum(length(statement))::int as length from pg_prepared_statements`,
  values: [value],
})

/** Which texts each connection has prepared. */
async function listPrepared(): Promise<string[][]> {
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()))
  const lists = await Promise.all(
    clients.map(async (client) => {
      const { rows } = await client.query<{ statement: string }>('select statement from pg_prepared_statements')
      client.release()
      return rows.map((row) => row.statement)
    }),
  )
  return lists
}

async function runTwice(run: Run, text: ReturnType<typeof statement>): Promise<void> {
  await run(text)
  await run(text)
}

test('many statements share a few places on each connection, and frequent ones keep theirs', async () => {
  const hot = [1, 2]
  let next = 10
  const failures: unknown[] = []
  let most = { prepared: 0, length: 0 }
  const work = async (worker: number) => {
    for (let i = 0; i < 150; i++) {
      const n = i % 3 === 0 ? 10 + (next++ % 40) : (hot[(i + worker) % 2] as number)
      const run: Run = i % 5 === 0 ? (one) => database.transaction((inside) => inside(one)) : database.run
      // Twice, since it is prepared when it comes the second time.
      for (let turn = 0; turn < 2; turn++) {
        const [row] = await run(statement(n, i)).catch((error) => {
          failures.push(error)
          return []
        })
        expect(row).toMatchObject({ n, value: i })
        const { prepared, length } = row as unknown as typeof most
        most = { prepared: Math.max(most.prepared, prepared), length: Math.max(most.length, length) }
      }
    }
  }
  await Promise.all(Array.from({ length: 3 * connections }, (_, worker) => work(worker)))
  expect(failures).toEqual([])
  expect(closedConnections).toBe(0)
  expect(most.prepared).toBe(bounds.entries)
  expect(most.length).toBeLessThanOrEqual(bounds.weight)
  const lists = await listPrepared()
  for (const n of hot) expect(lists.flat()).toContain(statement(n).text)
  for (const list of lists) expect(list.length).toBeLessThanOrEqual(bounds.entries)
})

test('long statements take the places of several short ones', async () => {
  const long = (n: number) => statement(`/* ${'x'.repeat(300)} */ ${n}`)
  await database.transaction(async (run) => {
    for (let n = 0; n < 6; n++) await runTwice(run, statement(n))
    const [before] = await run(statement(5))
    expect(before).toMatchObject({ prepared: 6 })
    for (let n = 0; n < 4; n++) await runTwice(run, long(n))
    const [after] = await run(long(3))
    expect(after).toMatchObject({ prepared: 2 })
  })
})

test('a statement that fails to be prepared, or fails in a transaction that is to be undone, leaves its connection right', async () => {
  const broken = (n: number) => ({ text: `select ${n} from nowhere where 1 = $1`, values: [1] })
  for (let n = 0; n < 20; n++) {
    for (let turn = 0; turn < 3; turn++) {
      await expect(database.run(broken(n))).rejects.toMatchObject({ code: '42P01' })
      const work = database.transaction(async (run) => {
        await expect(run(statement(n, 'no number'))).rejects.toMatchObject({ code: '22P02' })
        // Nothing is prepared in a transaction that has failed.
        await run(statement(100 + n))
      })
      await expect(work).rejects.toMatchObject({ code: '25P02' })
      expect(await database.run(statement(n))).toMatchObject([{ n }])
    }
  }
  expect(closedConnections).toBe(0)
  for (const list of await listPrepared()) expect(list.length).toBeLessThanOrEqual(bounds.entries)
})

test('a connection is replaced if something else has removed its statements, and the request succeeds', async () => {
  for (let turn = 0; turn < 4 * connections; turn++)
    await Promise.all(Array.from({ length: connections }, () => database.run(statement(1))))
  await Promise.all(Array.from({ length: connections }, () => pool.query('discard all')))
  const rows = await Promise.all(Array.from({ length: connections }, () => database.run(statement(1))))
  expect(rows.map(([row]) => row?.['n'])).toEqual(rows.map(() => 1))
  const removed = closedConnections
  expect(removed).toBeGreaterThan(0)
  await database.transaction(async (run) => {
    await runTwice(run, statement(1))
    await run({ text: 'deallocate all', values: [] })
  })
  const work = Array.from({ length: connections }, () => database.transaction((run) => runTwice(run, statement(1))))
  await Promise.all(work)
  // The pool says so a moment later.
  await expect.poll(() => closedConnections, { timeout: 10_000 }).toBeGreaterThan(removed)
})

test('a lost connection is replaced by one that has nothing prepared yet', async () => {
  for (let turn = 0; turn < 3; turn++) await runTwice(database.run, statement(1))
  const server = new pg.Client(testDatabase.connection)
  await server.connect()
  await server.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'registry-store'`,
  )
  await server.end()
  while (pool.totalCount > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(await database.run(statement(1))).toMatchObject([{ n: 1, prepared: 1 }])
})
