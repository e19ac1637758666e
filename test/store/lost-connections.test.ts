import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, expect, test, vi } from 'vitest'
import { compileLockSetup } from '../../src/sql/changes/compile-generations.ts'
import { compileLock } from '../../src/sql/session/compile-lock.ts'
import { createPool } from '../../src/store/create-pool.ts'
import { createDatabase } from '../../src/store/database.ts'
import { prismaLockKey } from '../../src/store/migrations/apply-migrations.ts'
import { waitForDatabase } from '../../src/store/wait-for-database.ts'
import { startProcess, stopProcesses } from '../app/start-process.ts'
import { createEmptyDatabase, createTestDatabase, directUrlOf } from '../support/postgres.ts'
import { startRegistry } from '../support/registry.ts'
import { createDatabaseProxy } from './database-proxy.ts'

afterEach(stopProcesses)

test('a connection that ends in the moment in which it begins is replaced, and ends nothing else', async () => {
  const target = await createTestDatabase()
  const proxy = await createDatabaseProxy(target.connection)
  const pool = createPool({ connectionString: proxy.url }, 5_000, () => undefined)
  const reasons: unknown[] = []
  const database = createDatabase(pool, 1_000_000, undefined, (error) => reasons.push((error as Error).message))
  const one = { text: 'select 1 as one', values: [] }
  try {
    // By now it is known whether there is a pooler.
    await Promise.all([database.run(one), database.run(one)])
    proxy.endAtStart(3)
    const hold = { text: 'select 1 as one from pg_sleep(0.2)', values: [] }
    const answers = await Promise.all(Array.from({ length: 6 }, () => database.run(hold)))
    expect(answers).toEqual(Array.from({ length: 6 }, () => [{ one: 1 }]))
    expect(reasons).toEqual([])
  } finally {
    await database.close()
    await proxy.close()
    await target.drop()
  }
})

test('a database is waited for that ends its connections in the moment in which they begin', async () => {
  const target = await createTestDatabase()
  const proxy = await createDatabaseProxy(target.connection)
  const warn = vi.fn()
  try {
    proxy.endAtStart(2)
    await waitForDatabase({ url: proxy.url, logger: { warn } as never })
    expect(warn.mock.calls.map(([, message]) => message)).toEqual(['waiting for the database'])
  } finally {
    await proxy.close()
    await target.drop()
  }
})

test.each([
  ['applies migrations', compileLock(prismaLockKey), createEmptyDatabase],
  ['applies templates', compileLockSetup(), createTestDatabase],
])('a server that loses its database while it %s begins again', async (_, lock, createDatabase) => {
  const database = await createDatabase()
  const holder = new pg.Client(database.connection)
  await holder.connect()
  try {
    await holder.query(lock.inSession)
    const url = directUrlOf(database.url)
    const server = startProcess({ DATABASE_URL: url, DATABASE_DIRECT_URL: url })
    // It asks for the lock again and again.
    const ended = async () =>
      (
        await holder.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query like '%advisory%'`,
        )
      ).rowCount
    while (!(await ended())) await sleep(20)
    await holder.query('select pg_advisory_unlock_all()')
    await server.ready()
    expect(server.stderr()).toBe('')
    expect(server.stdout()).toMatch(/the database was lost/)
  } finally {
    await holder.end()
    await stopProcesses()
    await database.drop()
  }
})

test('after PostgreSQL has ended all connections, each of many reads is answered', async () => {
  const registry = await startRegistry()
  try {
    await registry.data('mutation { upsertImages(input: [{name: "i"}]) { created } }')
    const answers: unknown[] = []
    const read = async (name: string) => answers.push(await registry.query(`{ image(name: "${name}") { name } }`))
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 10 }, () => read('i')))
      await registry.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'registry-store'`,
      )
      await Promise.all(Array.from({ length: 10 }, () => read('i')))
    }
    expect(answers).toEqual(Array.from({ length: 200 }, () => ({ data: { image: { name: 'i' } } })))
  } finally {
    await registry.close()
  }
})
