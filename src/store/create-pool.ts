import pg from 'pg'
import { withHosts } from './hosts/open-client.ts'

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
    ...withHosts(connection),
  })
  pool.on('error', onError)
  return pool
}
