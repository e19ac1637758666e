import type pg from 'pg'
import type { AwakeClock } from './awake-clock.ts'
import { createReadTimeoutError } from './database-error.ts'
import { driverConnectionOf, readLimitOf } from './driver-connection.ts'

/** For a query whose time is limited by `limitRead`: as good as no timer of the driver's own. */
export const noDriverLimit = { query_timeout: 2 ** 31 - 1 } as const

/**
 * Limits the time of the query that is sent next to the connection's `query_timeout`: past it the connection is broken, with a
 * read timeout as the query's error. The driver's own timer would run on while the event loop stands still, and give up
 * answers that are there to be read. Returns what ends the limit.
 */
export function limitRead(client: pg.ClientBase, clock: AwakeClock): () => void {
  return clock.schedule(() => driverConnectionOf(client).stream.destroy(createReadTimeoutError()), readLimitOf(client))
}
