import pg from 'pg'
import type { TestConnection } from './test-connection.ts'

/** Runs statements one after another on a connection of their own, outside of a transaction. */
export async function runOnServer(server: TestConnection, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
