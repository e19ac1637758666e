import pg from 'pg'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { withTimeLimits } from '../support/test-connection.ts'

test('while slow statements wait, those that are usually quick run', async () => {
  const testDatabase = await createTestDatabase()
  const url = withTimeLimits(testDatabase.url, { statement_timeout: 600_000, query_timeout: 600_000 })
  const store = openStore({ connection: { connectionString: url }, connections: 5 }, pino({ level: 'silent' }))
  const direct = new pg.Client(testDatabase.connection)
  await direct.connect()
  const slow = (seconds: number) => ({
    text: 'select pg_advisory_xact_lock_shared(1), pg_sleep($1)',
    values: [seconds],
  })
  const quick = { text: 'select 1 as one', values: [] }
  // Once it has run, it is known as slow.
  await store.database.run(slow(0.5))
  await direct.query('select pg_advisory_lock(1)')
  const waiting = Array.from({ length: 20 }, () => store.database.run(slow(0)))
  for (let n = 0; n !== 3; ) {
    const { rows } = await direct.query(
      "select count(*)::int as n from pg_stat_activity where wait_event = 'advisory' and datname = current_database()",
    )
    n = rows[0].n
    expect(n).toBeLessThanOrEqual(3)
  }
  for (let i = 0; i < 10; i++) expect(await store.database.run(quick)).toEqual([{ one: 1 }])
  await direct.query('select pg_advisory_unlock(1)')
  expect(await Promise.all(waiting)).toHaveLength(20)
  await direct.end()
  await store.close()
  await testDatabase.drop()
})
