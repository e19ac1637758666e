import type pg from 'pg'
import type { AwakeClock } from './awake-clock.ts'
import { createReadTimeoutError } from './database-error.ts'
import { driverConnectionOf, readLimitOf } from './driver-connection.ts'

/**
 * Limits the time of the next query to the connection's `query_timeout`. After that time, it breaks the connection, with a
 * read timeout as the query's error. The driver's own timer would keep running while the event loop is blocked, and discard
 * answers that have already arrived. Returns a function that ends the limit.
 */
export function limitRead(client: pg.ClientBase, clock: AwakeClock): () => void {
  return clock.schedule(() => driverConnectionOf(client).stream.destroy(createReadTimeoutError()), readLimitOf(client))
}
