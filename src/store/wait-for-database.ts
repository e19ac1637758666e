import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { ConfigError } from '../errors.ts'
import { printDatabaseAddress } from './database-address.ts'
import { isConnectionLost } from './database-error.ts'
import { createClient, withHosts } from './hosts/open-client.ts'
import type { PoolerKind } from './pooler/find-pooler.ts'
import { poolingOf } from './pooler/pooler-client.ts'
import { type ProductSigns, refuseHosts, refuseProduct } from './refuse-product.ts'

/** The oldest major version of PostgreSQL on which the registry runs. */
export const oldestVersion = 15

/** Codes of a database that cannot be reached for the moment: not started yet, starting, or out of connections. */
const passingCodes = new Set([
  ...['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN'],
  // The name may become known only when the database's container starts.
  ...['ENOTFOUND', 'EAI_AGAIN'],
  // SQLSTATE: cannot_connect_now, too_many_connections
  ...['57P03', '53300'],
  // A pooler that cannot reach PostgreSQL at the moment, or says no more than that.
  '08P01',
  // Of several hosts, none can write at the moment: one is about to take over.
  '25006',
])

/** What a database turned out to be. */
export interface FoundDatabase {
  readonly pooler: PoolerKind
  /** The same for all ways that lead to it. */
  readonly identity: string
  /** It takes no writes: a standby, or one that was made read-only. */
  readonly isReadOnly: boolean
}

/**
 * Waits until the database of a URL answers, and logs every five seconds that it is waiting.
 *
 * @throws ConfigError if waiting does not help: a wrong password, name or certificate, a PostgreSQL older than 15;
 * the signal's reason if it aborts.
 */
export async function waitForDatabase(options: {
  readonly url: string
  /** The setting that has the URL. Default: `DATABASE_URL`. */
  readonly setting?: string
  /** The URL as the driver understands it, if it is to be known afterwards whether there is a pooler. */
  readonly connection?: pg.PoolConfig
  readonly logger: Logger
  readonly signal?: AbortSignal
}): Promise<FoundDatabase> {
  const { url, setting = 'DATABASE_URL', connection = withHosts({ connectionString: url }), logger, signal } = options
  const address = printDatabaseAddress(url, setting)
  refuseHosts(url, `${setting} (${address})`)
  // A running attempt ends by its own time limit.
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  aborted.catch(() => undefined)
  for (let reported = -Infinity; ; ) {
    signal?.throwIfAborted()
    try {
      return await Promise.race([assertUsable(connection, `${setting} (${address})`), aborted])
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof ConfigError) throw error
      const reason = (error as Error).message || (error as NodeJS.ErrnoException).code
      if (!isPassing(error as NodeJS.ErrnoException)) {
        throw new ConfigError(`${setting} (${address}) does not work: ${reason}`, { cause: error })
      }
      if (Date.now() - reported > 5_000) {
        logger.warn({ database: address, reason }, 'waiting for the database')
        reported = Date.now()
      }
    }
    await sleep(250, undefined, { ...(signal && { signal }) }).catch(() => undefined)
  }
}

/** @throws the connection's error; ConfigError if the registry cannot use this database. */
async function assertUsable(connection: pg.PoolConfig, name: string): Promise<FoundDatabase> {
  const client = createClient({ ...connection, connectionTimeoutMillis: 4_000, query_timeout: 4_000 })
  try {
    await client.connect()
    const pooler = poolingOf(client).kind
    if (pooler === 'statement')
      throw new ConfigError(
        `${name} leads to a pooler that gives each statement another session. The registry needs transactions: set pool_mode = transaction in PgBouncer, or session.`,
      )
    const { rows } = await client.query<{ version: number; name: string; encoding: string } & ProductSigns>(
      `select current_setting('server_version_num')::int / 10000 as version,
         current_setting('server_version') as name, current_setting('server_encoding') as encoding,
         version() as product, exists (select from pg_extension where extname = 'citus') as has_citus,
         exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = 'sys' and c.relname = 'iam_pg_role_mappings') as has_dsql_table`,
    )
    const [found] = rows
    if (found) refuseProduct(found, name)
    const { version = 0, name: release, encoding } = found ?? {}
    if (version < oldestVersion) {
      throw new ConfigError(`${name} is a PostgreSQL ${release}; it must be ${oldestVersion} or newer.`)
    }
    if (encoding !== 'UTF8') {
      throw new ConfigError(`${name} is a database with the encoding ${encoding}; it must be UTF8.`)
    }
    const identities = await client.query<{ identity: string; isReadOnly: boolean }>(
      `select (select system_identifier from pg_control_system()) || '/' || oid as identity,
         pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as "isReadOnly"
       from pg_database where datname = current_database()`,
    )
    const { identity = '', isReadOnly = false } = identities.rows[0] ?? {}
    return { pooler, identity, isReadOnly }
  } finally {
    void client.end().catch(() => undefined)
  }
}

function isPassing(error: NodeJS.ErrnoException): boolean {
  const { code, syscall, message } = error
  if (isConnectionLost(error)) return true
  if (code === undefined) return /timeout|terminated/i.test(message)
  // The socket does not exist yet. A missing certificate file has the same code, but waiting does not help with that.
  if (code === 'ENOENT') return syscall === 'connect'
  return passingCodes.has(code)
}
