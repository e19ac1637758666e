import pg from 'pg'
import { createHostClient } from './host-client.ts'
import { parseDatabaseHosts } from './parse-database-url.ts'

/**
 * The settings of a connection as the driver understands them: where its URL has several hosts, or what libpq means by `sslmode` or
 * `target_session_attrs`, with the class of clients that does. Throws `ConfigError`.
 */
export function withHosts(connection: pg.PoolConfig): pg.PoolConfig {
  const { connectionString } = connection
  const hosts = connectionString === undefined ? undefined : parseDatabaseHosts(connectionString)
  if (!hosts) return connection
  return { ...connection, connectionString: hosts.plainUrl, Client: createHostClient(hosts) }
}

/** A client that has not connected yet, of the class that the settings name. */
export function createClient(connection: pg.PoolConfig): pg.Client {
  const Client = (connection.Client ?? pg.Client) as typeof pg.Client
  return new Client(connection)
}
