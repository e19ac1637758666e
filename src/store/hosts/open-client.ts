import type pg from 'pg'
import { createPoolerClient } from '../pooler/pooler-client.ts'
import { StartupClient } from '../pooler/startup-client.ts'
import { createHostClient } from './host-client.ts'
import { parseDatabaseHosts } from './parse-database-url.ts'

/**
 * The settings of a connection as the driver understands them, with a class of clients for what it does not: several hosts, what libpq
 * means by `sslmode` or `target_session_attrs`, and poolers. Throws `ConfigError`, which names the setting that has the URL.
 */
export function withHosts(connection: pg.PoolConfig, setting = 'DATABASE_URL'): pg.PoolConfig {
  const { connectionString, Client } = connection
  if (Client) return connection
  const hosts = connectionString === undefined ? undefined : parseDatabaseHosts(connectionString, setting)
  if (!hosts) return { ...connection, Client: createPoolerClient(StartupClient) }
  return { ...connection, connectionString: hosts.plainUrl, Client: createPoolerClient(createHostClient(hosts)) }
}

/** Whether a DATABASE_URL asks for a database that takes no writes. */
export function isMeantToRead(url: string | undefined): boolean {
  const target = url === undefined ? undefined : parseDatabaseHosts(url, 'DATABASE_URL')?.target
  return target === 'read-only' || target === 'standby' || target === 'prefer-standby'
}

/** A client that has not connected yet, of the class that the settings name. */
export function createClient(connection: pg.PoolConfig): pg.Client {
  const Client = (connection.Client ?? StartupClient) as typeof pg.Client
  return new Client(connection)
}
