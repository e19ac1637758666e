import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { createEmbeddedPostgres } from '../src/embedded/embedded-postgres.ts'
import { printConnectionUrl } from '../test/support/test-connection.ts'

export interface DatabaseServer {
  /** Of a database that is always there. */
  readonly url: string
  /** Creates a database, empty or as a copy of another, replacing an earlier one with that name, and returns its URL. */
  readonly create: (name: string, original?: string) => Promise<string>
  readonly drop: (name: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** The PostgreSQL of `DATABASE_URL`, otherwise an embedded one, with its data in a temporary folder. */
export async function openDatabaseServer(): Promise<DatabaseServer> {
  const given = process.env['DATABASE_URL']
  if (given) return createDatabaseServer(given, async () => undefined)
  const folder = await mkdtemp(join(tmpdir(), 'registry-bench-'))
  const postgres = await createEmbeddedPostgres({ dataDir: folder, logger: pino({ level: 'warn' }) })
  return createDatabaseServer(printConnectionUrl(postgres.superuser), async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  })
}

function createDatabaseServer(url: string, stop: () => Promise<void>): DatabaseServer {
  const drop = (name: string) => withClient(url, (client) => client.query(`drop database if exists ${name} (force)`))
  return {
    url,
    async create(name, original) {
      await drop(name)
      await withClient(url, async (client) => {
        await client.query(
          `create database ${name}${original === undefined ? '' : ` template ${original} strategy file_copy`}`,
        )
        // The same setting as the registry's own connections, so that conditions are equal.
        await client.query(`alter database ${name} set jit = off`)
      })
      const created = new URL(url)
      created.pathname = `/${name}`
      return created.href
    },
    async drop(name) {
      await drop(name)
    },
    stop,
  }
}

export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
