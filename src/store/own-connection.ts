import type pg from 'pg'
import { createClient } from './hosts/open-client.ts'

/** Settings of a connection that no time limit ends. */
const withoutLimits = {
  query_timeout: 0,
  statement_timeout: 0,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 0,
}

/** Works on a connection of its own, which no time limit ends: neither those of `settings` nor the database's own. */
export async function withOwnConnection<Result>(
  settings: pg.PoolConfig,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = createClient({ ...settings, ...withoutLimits })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0')
    // What takes so long that it needs such a connection reads all objects. There are few at a time.
    await client.query("set work_mem = '64MB'; set maintenance_work_mem = '128MB'")
    // An index is built by one process: others would take the remaining cores from those who read and write.
    await client.query('set max_parallel_maintenance_workers = 0')
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
