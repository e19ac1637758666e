import type pg from 'pg'
import type { AwakeClock } from './awake-clock.ts'
import { failureOf } from './connection-failure.ts'
import type { ConnectionRoom } from './connection-room.ts'
import { isConnectTimeout, isOutOfConnections } from './database-error.ts'

/** The part of the time limit that must have passed on our clock, because the two clocks may differ. */
const enough = 0.8

/**
 * A connection from the pool. The pool limits the wait by a timer, which keeps running while the event loop is blocked. If
 * it was blocked for a large part of the time, the wait starts again. A connection that has broken before anything was sent on it is
 * replaced. If PostgreSQL refuses one more connection, this waits for one that there is; `report` is told.
 */
export async function takeConnection(
  pool: pg.Pool,
  clock: AwakeClock,
  room: ConnectionRoom,
  report: (error: unknown) => void,
): Promise<pg.PoolClient> {
  const limit = pool.options.connectionTimeoutMillis ?? 0
  const startedAt = clock.now()
  for (;;) {
    try {
      const client = await pool.connect()
      const failure = failureOf(client)
      if (!failure) return client
      client.release(true)
      if (clock.now() - startedAt > limit) throw failure
    } catch (error) {
      const isRefused = isOutOfConnections(error)
      if (!(isRefused || isConnectTimeout(error)) || clock.now() - startedAt > limit * enough) throw error
      if (!isRefused) continue
      report(error)
      await room.noteRefusal()
    }
  }
}
