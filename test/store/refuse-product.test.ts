import pg from 'pg'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { waitForDatabase } from '../../src/store/wait-for-database.ts'
import { createTestDatabase, directUrlOf, type TestDatabase } from '../support/postgres.ts'

const logger = pino({ level: 'silent' })

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.drop())

async function failureOf(url: string): Promise<unknown> {
  return waitForDatabase({ url, logger }).then(
    () => undefined,
    (error: unknown) => error,
  )
}

// What each product shows of itself, on a PostgreSQL: they cannot be had here.
test.each([
  [
    'an Aurora DSQL',
    'no sequences',
    'create schema sys; create table sys.iam_pg_role_mappings (arn text, pg_role_name text)',
  ],
  [
    'a database with the extension Citus',
    'coordinator',
    `set allow_system_table_mods = on;
     insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
       select 99999, 'citus', extowner, extnamespace, false, '12.1' from pg_extension`,
  ],
  [
    'a CockroachDB',
    'advisory locks',
    `create function public.version() returns text language sql as $$ select 'CockroachDB CCL v24.1.0' $$;
     do $$ begin execute format('alter database %I set search_path = public, pg_catalog', current_database()); end $$`,
  ],
])('the start refuses %s by name, and says why', async (name, reason, statements) => {
  // A pooler's sessions would go on with the settings of before.
  const url = directUrlOf(database.url)
  expect(await failureOf(url)).toBeUndefined()
  const client = new pg.Client(database.connection)
  await client.connect()
  await client.query(statements).finally(() => client.end())
  const failure = await failureOf(url)
  expect(failure).toBeInstanceOf(ConfigError)
  expect((failure as Error).message).toContain(`is ${name}, which the registry cannot use: `)
  expect((failure as Error).message).toContain(reason)
})

test('an Aurora DSQL is known by its host as well, without a connection', async () => {
  const failure = await failureOf('postgresql://admin:secret@4iabtx.dsql.us-east-1.on.aws:5432/postgres')
  expect(failure).toBeInstanceOf(ConfigError)
  expect((failure as Error).message).toMatch(
    /^DATABASE_URL \(admin@4iabtx\.dsql\.us-east-1\.on\.aws.*\) is an Aurora DSQL/,
  )
  expect((failure as Error).message).not.toContain('secret')
})
