import type pg from 'pg'
import type { AwakeClock } from './awake-clock.ts'
import { isConnectTimeout } from './database-error.ts'

/** Of the time limit: what the two clocks may differ by. */
const enough = 0.8

/**
 * A connection from the pool. The pool limits the wait by a timer, which runs on while the event loop stands still: where
 * most of the time has passed like that, the wait begins anew.
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
