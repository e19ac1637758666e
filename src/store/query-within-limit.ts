import type pg from 'pg'
import type { AwakeClock } from './awake-clock.ts'
import { createReadTimeoutError } from './database-error.ts'
import { driverConnectionOf, readLimitOf } from './driver-connection.ts'

/** The longest that a timer can be: the driver's own has to leave the work to ours. */
const never = 2 ** 31 - 1

/**
 * Sends a query and gives its answer. Where no end of it has come within the connection's `query_timeout`, the connection is
 * broken and the error is a read timeout. The driver would count the time in which the event loop stands still, and
 * give up answers that are there to be read.
 */
export async function queryWithinLimit<Result extends pg.QueryResultRow>(
  client: pg.PoolClient,
  query: pg.QueryConfig,
  clock: AwakeClock,
): Promise<pg.QueryResult<Result>> {
  const cancel = clock.schedule(
    () => driverConnectionOf(client).stream.destroy(createReadTimeoutError()),
    readLimitOf(client),
  )
  try {
    const timed: pg.QueryConfig & { readonly query_timeout: number } = { ...query, query_timeout: never }
    return await client.query<Result>(timed)
  } finally {
    cancel()
  }
}
