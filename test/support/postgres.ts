import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type {} from './global-setup.ts'
import { parseConnectionUrl, printConnectionUrl, type TestConnection } from './test-connection.ts'

/** A database for one test file. */
export interface TestDatabase {
  readonly connection: TestConnection
  /** The same as a URL, for what takes a DATABASE_URL. It leads through the PgBouncer of the run, if there is one. */
  readonly url: string
  /** Ends all connections to it and removes it. */
  drop(): Promise<void>
}

/** Creates a database in the PostgreSQL that the global setup started, with all migrations applied and nothing stored. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(inject('migrated'))
}

/** Creates a copy of a database, to which nobody may be connected; the sessions that a pooler keeps are ended. */
export async function copyTestDatabase({ connection }: TestDatabase): Promise<TestDatabase> {
  if (inject('pgbouncer') !== 0)
    await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${connection.database}'`)
  return createDatabase(connection.database)
}

/** Creates a database with nothing in it. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0')
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const server = inject('postgres')
  const database = `test_${randomBytes(8).toString('hex')}`
  // Without a log of each page, which only a standby needs: files that are copied would have it wait for its disk.
  const strategy = process.env.TEST_REPLICA_URL ? 'wal_log' : 'file_copy'
  await administer(`create database ${database} template ${template} strategy ${strategy}`)
  const connection = { ...server, database }
  return {
    connection,
    url: printConnectionUrl(pooled(connection)),
    drop: () => administer(`drop database if exists ${database} with (force)`),
  }
}

let administration: pg.Pool | undefined

/** Runs a statement on the one connection that a worker keeps for this: to connect takes longer than to create a database. */
async function administer(statement: string): Promise<void> {
  administration ??= createAdministration()
  await administration.query(statement)
}

function createAdministration(): pg.Pool {
  const pool = new pg.Pool({ ...inject('postgres'), max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true })
  // The server may end the connection; the next statement gets another.
  pool.on('error', () => undefined)
  return pool
}

function pooled(connection: TestConnection): TestConnection {
  const port = inject('pgbouncer')
  return port === 0 ? connection : { ...connection, host: '127.0.0.1', port }
}

/** The database of a URL, without the PgBouncer of the run. */
export function connectionOf(url: string): TestConnection {
  const connection = parseConnectionUrl(url)
  if (connection.port !== inject('pgbouncer')) return connection
  const { host, port } = inject('postgres')
  return { ...connection, host, port }
}

/** The same as a URL: a DATABASE_DIRECT_URL. */
export function directUrlOf(url: string): string {
  return printConnectionUrl(connectionOf(url))
}

/** What a server needs to know of this database, by the names of its settings. */
export function settingsOf(url: string): Readonly<Record<string, string>> {
  const direct = directUrlOf(url)
  return direct === url ? { DATABASE_URL: url } : { DATABASE_URL: url, DATABASE_DIRECT_URL: direct }
}
