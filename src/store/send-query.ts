import pg from 'pg'

/**
 * Sends one statement on the connection, under a name if it is to be prepared, without a timer of the driver's own. Given a
 * text and values, the driver copies a configuration for each statement, property by property, and keeps a stack
 * trace; a query that is made already is sent as it is.
 */
export function sendQuery<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  text: string,
  values: unknown[],
  name: string | undefined,
): Promise<pg.QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    const query: DriverQuery<Row> = new pg.Query(text, values)
    query.name = name
    query.query_timeout = noDriverLimit
    query.callback = (error, result) => (error ? reject(error) : resolve(result))
    client.query(query)
  })
}

/** As good as no limit: time is limited by `limitRead`. */
const noDriverLimit = 2 ** 31 - 1

/** What the driver reads of a query and hides from its types. */
interface DriverQuery<Row extends pg.QueryResultRow> extends pg.Submittable {
  name?: string | undefined
  query_timeout?: number
  callback?: (error: Error | null | undefined, result: pg.QueryResult<Row>) => void
}
