import pg from 'pg'
import { QueryWithSettings } from './pooler/query-with-settings.ts'

/**
 * Sends one statement on the connection, under a name if it is to be prepared, without the driver's own timer. If the driver
 * gets a text and values, it copies a configuration for each statement, property by property, and keeps a stack
 * trace; it sends a query object as it is. `settings` is a statement that gives settings to the transaction of this one.
 */
export function sendQuery<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  text: string,
  values: unknown[],
  name: string | undefined,
  settings?: string | undefined,
): Promise<pg.QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    const query: DriverQuery<Row> =
      settings === undefined ? new pg.Query(text, values) : new QueryWithSettings(settings, text, values)
    query.name = name
    query.query_timeout = noDriverLimit
    query.callback = (error, result) => (error ? reject(error) : resolve(result))
    client.query(query)
  })
}

/** Effectively no limit: `limitRead` limits the time. */
const noDriverLimit = 2 ** 31 - 1

/** Properties of a query that the driver reads and its types do not have. */
interface DriverQuery<Row extends pg.QueryResultRow> extends pg.Submittable {
  name?: string | undefined
  query_timeout?: number
  callback?: (error: Error | null | undefined, result: pg.QueryResult<Row>) => void
}
