import type pg from 'pg'
import type { AwakeClock } from './awake-clock.ts'
import { isConnectTimeout } from './database-error.ts'

/** The part of the time limit that must have passed on our clock, because the two clocks may differ. */
const enough = 0.8

/**
 * A connection from the pool. The pool limits the wait by a timer, which keeps running while the event loop is blocked. If
 * it was blocked for a large part of the time, the wait starts again.
 */
export async function takeConnection(pool: pg.Pool, clock: AwakeClock): Promise<pg.PoolClient> {
  const limit = pool.options.connectionTimeoutMillis ?? 0
  const startedAt = clock.now()
  for (;;) {
    try {
      return await pool.connect()
    } catch (error) {
      if (!isConnectTimeout(error) || clock.now() - startedAt > limit * enough) throw error
    }
  }
}
