import pg from 'pg'
import type { PostgresConnection } from './connect-to-postmaster.ts'

/** Works on a connection to an embedded PostgreSQL, which ends with the work. */
export async function withClient<Result>(
  connection: PostgresConnection,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(connection)
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
