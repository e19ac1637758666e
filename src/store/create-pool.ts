import pg from 'pg'
import { withHosts } from './hosts/open-client.ts'

/**
 * `gin_pending_list_limit`: the write that fills the list of entries that wait for the index of documents moves them all. With a million
 * objects, PostgreSQL's 4 MB took up to 4 seconds.
 *
 * `max_parallel_workers_per_gather`: starting the workers of a parallel plan takes longer than most statements (15 to 30 ms on two cores),
 * and they take the cores of other requests.
 */
const options = '-c timezone=UTC -c jit=off -c gin_pending_list_limit=512kB -c max_parallel_workers_per_gather=0'

/**
 * A pool of connections in which every wait has a limit, so that a hanging database is noticed within five seconds: when
 * connecting, when waiting for a free connection, and in a statement. A statement fails half a second after
 * `statementMilliseconds`; by then, a database that still answers has stopped it. (`take-connection.ts` and
 * `limit-read.ts` make sure that only time in which answers could be read counts.) Calls `onError` when an idle
 * connection breaks.
 */
export function createPool(
  connection: pg.PoolConfig,
  statementMilliseconds: number,
  onError: (error: Error) => void,
): pg.Pool {
  const pool = new pg.Pool({
    connectionTimeoutMillis: 4_000,
    statement_timeout: statementMilliseconds,
    query_timeout: statementMilliseconds + 500,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    application_name: 'registry-store',
    options,
    ...withHosts(connection),
  })
  pool.on('error', onError)
  return pool
}
