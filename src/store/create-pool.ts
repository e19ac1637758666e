import pg from 'pg'

/**
 * Connections with an end to every wait: a database that hangs is noticed within five seconds, whether in
 * connecting, in queueing for a connection or in a statement (there half a second after `statementMilliseconds`, within
 * which one that still answers stops the statement itself). `onError` is told of idle connections that break.
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
  // A connection in use that breaks tells its query so; without a listener of its own it would end the process too.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}
