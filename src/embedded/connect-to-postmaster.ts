import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import { isDatabaseError } from './is-database-error.ts'

/** Settings for `pg` that reach an embedded PostgreSQL. */
export interface PostgresConnection {
  /** The socket's directory. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly ssl: false
}

/** A connection, and a promise that resolves when either side ends it. */
export interface Session {
  readonly client: pg.Client
  readonly ended: Promise<void>
}

/** The database that every cluster has. */
const database = 'postgres'

/** Nothing listens yet, or nothing listens any more. */
const unreachableCodes = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'])

/** cannot_connect_now: it is starting, recovering or shutting down. */
const startingCode = '57P03'

/** admin_shutdown and crash_shutdown: it accepted the connection and then stopped. */
const stoppingCodes = new Set<string | undefined>(['57P01', '57P02'])

/**
 * Whether a statement or a connection may have failed because PostgreSQL is being stopped: it says so, or the connection was lost without
 * a word, as when PostgreSQL's word came between two statements.
 */
export function maybeStopping(error: unknown): boolean {
  return !isDatabaseError(error) || stoppingCodes.has(error.code)
}

/**
 * Connects to the database `postgres` as soon as PostgreSQL accepts connections, even if its recovery takes long.
 *
 * @returns undefined if PostgreSQL ended instead.
 * @throws the connection's error if waiting does not help, or if PostgreSQL does not answer for longer than `patience`.
 */
export async function connectToPostmaster(options: {
  readonly connection: PostgresConnection
  readonly isAlive: () => boolean | Promise<boolean>
  readonly logger: Logger
  readonly signal?: AbortSignal | undefined
  /** Milliseconds without any answer before giving up. */
  readonly patience: number
}): Promise<Session | undefined> {
  const { connection, isAlive, logger, signal, patience } = options
  let lastAnswer = Date.now()
  let lastReport = Date.now()
  for (;;) {
    signal?.throwIfAborted()
    const client = new pg.Client({ ...connection, database, connectionTimeoutMillis: 5_000, keepAlive: true })
    client.on('error', () => undefined)
    const ended = new Promise<void>((resolve) => client.once('end', resolve))
    try {
      await client.connect()
      return { client, ended }
    } catch (error) {
      void client.end().catch(() => undefined)
      if (!(await isAlive())) return undefined
      const { code, message } = error as NodeJS.ErrnoException
      const isAnswer = code === startingCode || stoppingCodes.has(code)
      if (isAnswer) lastAnswer = Date.now()
      else if (code !== undefined && !unreachableCodes.has(code)) throw error
      else if (Date.now() - lastAnswer > patience) throw error
      if (Date.now() - lastReport > 5_000) {
        logger.info({ reason: message }, 'waiting for the embedded PostgreSQL')
        lastReport = Date.now()
      }
      await sleep(20)
    }
  }
}
