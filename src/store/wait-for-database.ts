import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { ConfigError } from '../errors.ts'
import { printDatabaseAddress } from './database-address.ts'
import { createClient, withHosts } from './hosts/open-client.ts'

const oldestVersion = 15

/** Codes of a database that is temporarily unavailable: not started yet, starting, stopping, or out of connections. */
const passingCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN'],
  // The name may become known only when the database's container starts.
  ...['ENOTFOUND', 'EAI_AGAIN'],
  // SQLSTATE: cannot_connect_now, admin_shutdown, crash_shutdown, too_many_connections
  ...['57P03', '57P01', '57P02', '53300'],
  // Of several hosts, none can write at the moment: one is about to take over.
  '25006',
])

/**
 * Waits until the database of DATABASE_URL answers, and logs every five seconds that it is waiting.
 *
 * @throws ConfigError if waiting does not help: a wrong password, name or certificate, a PostgreSQL older than 15;
 * the signal's reason if it aborts.
 */
export async function waitForDatabase(options: {
  readonly url: string
  readonly logger: Logger
  readonly signal?: AbortSignal
}): Promise<void> {
  const { url, logger, signal } = options
  const address = printDatabaseAddress(url)
  // A running attempt ends by its own time limit.
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  aborted.catch(() => undefined)
  for (let reported = -Infinity; ; ) {
    signal?.throwIfAborted()
    try {
      await Promise.race([assertUsable(url, address), aborted])
      return
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof ConfigError) throw error
      const reason = (error as Error).message || (error as NodeJS.ErrnoException).code
      if (!isPassing(error as NodeJS.ErrnoException)) {
        throw new ConfigError(`DATABASE_URL (${address}) does not work: ${reason}`, { cause: error })
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
async function assertUsable(connectionString: string, address: string): Promise<void> {
  const client = createClient(withHosts({ connectionString, connectionTimeoutMillis: 4_000, query_timeout: 4_000 }))
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ version: number; name: string; encoding: string }>(
      `select current_setting('server_version_num')::int / 10000 as version,
         current_setting('server_version') as name, current_setting('server_encoding') as encoding`,
    )
    const { version = 0, name, encoding } = rows[0] ?? {}
    if (version < oldestVersion) {
      throw new ConfigError(`DATABASE_URL (${address}) is a PostgreSQL ${name}; it must be ${oldestVersion} or newer.`)
    }
    if (encoding !== 'UTF8') {
      throw new ConfigError(`DATABASE_URL (${address}) is a database with the encoding ${encoding}; it must be UTF8.`)
    }
  } finally {
    void client.end().catch(() => undefined)
  }
}

function isPassing({ code, syscall, message }: NodeJS.ErrnoException): boolean {
  if (code === undefined) return /timeout|terminated/i.test(message)
  // The socket does not exist yet. A missing certificate file has the same code, but waiting does not help with that.
  if (code === 'ENOENT') return syscall === 'connect'
  return passingCodes.has(code)
}
