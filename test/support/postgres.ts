import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type {} from './global-setup.ts'
import { printConnectionUrl, type TestConnection } from './test-connection.ts'

/** An empty database for one test file. */
export interface TestDatabase {
  readonly connection: TestConnection
  /** The same as a URL, for what takes a DATABASE_URL. */
  readonly url: string
  /** Ends all connections to it and removes it. */
  drop(): Promise<void>
}

/** Creates an empty database in the PostgreSQL that the global setup started. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgres')
  const database = `test_${randomBytes(8).toString('hex')}`
  await runOnServer(server, `create database ${database} template template0`)
  const connection = { ...server, database }
  return {
    connection,
    url: printConnectionUrl(connection),
    drop: () => runOnServer(server, `drop database if exists ${database} with (force)`),
  }
}

async function runOnServer(server: TestConnection, statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  await client.query(statement).finally(() => client.end())
}
