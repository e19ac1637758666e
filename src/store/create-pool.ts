import pg from 'pg'
import { watchForFailure } from './connection-failure.ts'

/**
 * Connections whose every wait has a limit, so that a database that hangs is noticed within five seconds: in connecting,
 * in waiting for a free connection, and in a statement. A statement is given up half a second after
 * `statementMilliseconds`, when a database that still answers has stopped it already. (`take-connection.ts` and
 * `limit-read.ts` see to it that only time counts in which answers could be read.) `onError` is told of idle
 * connections that break.
 */
export function createPool(
  connection: pg.PoolConfig,
  statementMilliseconds: number,
  onError: (error: Error) => void,
): pg.Pool {
  const pool = new pg.Pool({
    max: 10,
    connectionTimeoutMillis: 4_000,
    statement_timeout: statementMilliseconds,
    query_timeout: statementMilliseconds + 500,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    application_name: 'registry-store',
    options: '-c timezone=UTC -c jit=off',
    ...connection,
  })
  pool.on('error', onError)
  // When a connection in use breaks, its query fails. Without a listener the error event would also end the process.
  pool.on('connect', watchForFailure)
  return pool
}
