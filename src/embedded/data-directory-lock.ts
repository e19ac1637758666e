import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Session } from './connect-to-postmaster.ts'

/** "registry" in ASCII. The holder of this lock in the database `postgres` owns the data directory. */
const lockKey = String(0x72_65_67_69_73_74_72_79n)

/**
 * Takes the lock on the data directory, for as long as the connection lives. It waits up to `patience` milliseconds, because
 * the connection of a killed server does not end instantly.
 *
 * @returns false if another server holds it.
 */
export async function takeDataDirectoryLock(client: pg.Client, patience: number): Promise<boolean> {
  for (const end = Date.now() + patience; ; await sleep(50)) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [lockKey])
    if (rows[0]?.taken === true) return true
    if (Date.now() >= end) return false
  }
}

/** Takes the lock again, in a new session, whenever the session that holds it is lost; until the signal aborts. */
export async function keepDataDirectoryLock(options: {
  readonly session: Session
  /** Waits for the database; undefined: it ended before it answered. */
  readonly connect: () => Promise<Session | undefined>
  readonly logger: Logger
  readonly signal: AbortSignal
}): Promise<void> {
  const { connect, logger, signal } = options
  for (let session: Session | undefined = options.session; !signal.aborted; ) {
    if (session !== undefined) await untilEnded(session, signal)
    if (signal.aborted) return
    session = await retake().catch(() => undefined)
    if (session === undefined) await sleep(200, undefined, { signal }).catch(() => undefined)
  }

  async function retake(): Promise<Session | undefined> {
    const session = await connect()
    if (session === undefined) return undefined
    if (await takeDataDirectoryLock(session.client, 1_000)) return session
    logger.error('another registry server is about to take over the data folder')
    await session.client.end()
    return undefined
  }
}

/** Waits for the session's end, and ends it when the signal aborts. */
async function untilEnded({ client, ended }: Session, signal: AbortSignal): Promise<void> {
  const end = (): void => void client.end().catch(() => undefined)
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  await ended
  signal.removeEventListener('abort', end)
}
