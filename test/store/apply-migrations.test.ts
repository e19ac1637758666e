import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { applyMigrations } from '../../src/store/migrations/apply-migrations.ts'
import { createChecksum, loadMigrations, migrationsDirectory } from '../../src/store/migrations/load-migrations.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts'

const logger = pino({ level: 'silent' })

let database: TestDatabase
let client: pg.Client
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-migrations-'))
  database = await createEmptyDatabase()
  client = new pg.Client(database.connection)
  await client.connect()
})

afterEach(async () => {
  await client.end()
  await database.drop()
  await rm(directory, { recursive: true })
})

async function writeMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true })
  await writeFile(join(directory, name, 'migration.sql'), sql)
}

const apply = (): Promise<readonly string[]> => applyMigrations({ connection: database.connection, logger, directory })

async function select(text: string): Promise<unknown[]> {
  return (await client.query({ text, rowMode: 'array' })).rows
}

test('Migrations apply in the order of their names, once, and are recorded as Prisma records them.', async () => {
  const [first, second] = ['create table a (n int);\ninsert into a values (1);\n', 'alter table a add column é text;']
  await writeMigration('20260102000000_second', second)
  await writeMigration('20260101000000_first', first)
  await writeFile(join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n')
  expect(await apply()).toEqual(['20260101000000_first', '20260102000000_second'])
  expect(await apply()).toEqual([])
  expect(
    await select(`select migration_name, checksum, applied_steps_count, logs, rolled_back_at, length(id),
      finished_at >= started_at and finished_at > now() - interval '1 minute' from _prisma_migrations order by 1`),
  ).toEqual([
    ['20260101000000_first', createChecksum(first), 1, null, null, 36, true],
    ['20260102000000_second', createChecksum(second), 1, null, null, 36, true],
  ])
  // What `sha256sum` says.
  expect(createChecksum('select 1;\n')).toBe('4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c')
})

test("The bookkeeping is Prisma's table.", async () => {
  await writeMigration('1_first', 'select 1')
  await apply()
  expect(
    await select(`select column_name, data_type, character_maximum_length, is_nullable, column_default
      from information_schema.columns where table_name = '_prisma_migrations' order by ordinal_position`),
  ).toEqual([
    ['id', 'character varying', 36, 'NO', null],
    ['checksum', 'character varying', 64, 'NO', null],
    ['finished_at', 'timestamp with time zone', null, 'YES', null],
    ['migration_name', 'character varying', 255, 'NO', null],
    ['logs', 'text', null, 'YES', null],
    ['rolled_back_at', 'timestamp with time zone', null, 'YES', null],
    ['started_at', 'timestamp with time zone', null, 'NO', 'now()'],
    ['applied_steps_count', 'integer', null, 'NO', '0'],
  ])
})

test('A migration that Prisma applied is not applied again, even with other line ends; one that it rolled back is.', async () => {
  const sql = 'create table a ();\ncreate table b ();\n'
  await writeMigration('1_first', 'select 1')
  await apply()
  await writeMigration('2_second', sql)
  await writeMigration('3_third', 'create table c ()')
  await client.query(
    `insert into _prisma_migrations values
       ('x', $1, now(), '2_second', null, null, now(), 1), ('y', 'z', null, '3_third', 'no', now(), now(), 0)`,
    [createChecksum(sql.replaceAll('\n', '\r\n'))],
  )
  expect(await apply()).toEqual(['3_third'])
  expect(await apply()).toEqual([])
})

test('If five programs apply migrations at once, each migration is applied only once.', async () => {
  await writeMigration('1_first', 'create table a (n int); select pg_sleep(0.2)')
  await writeMigration('2_second', 'insert into a values (1); select pg_sleep(0.2)')
  const applied = await Promise.all([apply(), apply(), apply(), apply(), apply()])
  expect(applied.flat().sort()).toEqual(['1_first', '2_second'])
  expect(await select('select n from a')).toEqual([[1]])
})

test('It waits for the lock of `prisma migrate deploy`, and the wait can be aborted.', async () => {
  await writeMigration('1_first', 'create table a ()')
  await client.query('select pg_advisory_lock(72707369)')
  await expect(
    applyMigrations({ connection: database.connection, logger, directory, signal: AbortSignal.timeout(100) }),
  ).rejects.toThrow('timeout')
  const waiting = apply()
  await sleep(200)
  expect(await select(`select to_regclass('a')`)).toEqual([[null]])
  await client.query('select pg_advisory_unlock(72707369)')
  expect(await waiting).toEqual(['1_first'])
})

test('A migration that fails leaves nothing behind, keeps those before it, and is tried again.', async () => {
  await writeMigration('1_first', 'create table a ()')
  await writeMigration('2_second', 'create table b (); create table a ()')
  await expect(apply()).rejects.toEqual(
    new ConfigError('The database migration 2_second failed: relation "a" already exists'),
  )
  expect(await select(`select to_regclass('a'), to_regclass('b'), count(*)::int from _prisma_migrations`)).toEqual([
    ['a', null, 1],
  ])
  await writeMigration('2_second', 'create table b ()')
  expect(await apply()).toEqual(['2_second'])
})

test.each([
  [
    'a file that was changed',
    `update _prisma_migrations set checksum = 'other'`,
    /1_first was changed after it was applied/,
  ],
  [
    'a migration that failed',
    'update _prisma_migrations set finished_at = null',
    /1_first was started and did not finish.*--rolled-back 1_first/,
  ],
  [
    'a migration of a newer program',
    `update _prisma_migrations set migration_name = '9_future'`,
    /9_future, which this program does not know: a newer program/,
  ],
])('It refuses a database with %s.', async (_, change, message) => {
  await writeMigration('1_first', 'create table a ()')
  await apply()
  await client.query(change)
  await writeMigration('2_second', 'create table b ()')
  await expect(apply()).rejects.toThrow(message)
  await expect(apply()).rejects.toBeInstanceOf(ConfigError)
  expect(await select(`select to_regclass('b')`)).toEqual([[null]])
})

test('A time limit on statements, of the database or of the settings, does not stop a migration.', async () => {
  await client.query(`alter database ${database.connection.database} set statement_timeout = '100ms'`)
  await writeMigration('1_first', 'select pg_sleep(0.3)')
  const connection = { ...database.connection, statement_timeout: 50, query_timeout: 50 }
  expect(await applyMigrations({ connection, logger, directory })).toEqual(['1_first'])
})

test("The program's own migrations are found and apply to an empty database.", async () => {
  const names = (await loadMigrations(migrationsDirectory)).map(({ name }) => name)
  expect(names).toContain('20261123000000_init')
  expect(await applyMigrations({ connection: database.connection, logger })).toEqual(names)
  expect(await readFile(join(migrationsDirectory, 'migration_lock.toml'), 'utf8')).toContain('provider = "postgresql"')
})

test('A migration that needs a lock gives up soon, so that others need not queue behind it, and is applied once the lock is free.', async () => {
  await client.query('create table a (n int); create table b (n int)')
  await writeMigration('1_first', 'create table c (); lock table b; lock table a in access exclusive mode')
  await client.query('begin; lock table a in row exclusive mode')
  const waiting = apply()
  const other = new pg.Client(database.connection)
  await other.connect()
  try {
    const queued = `select from pg_locks where relation = 'a'::regclass and not granted`
    while ((await select(queued)).length === 0) await sleep(5)
    // It reads what the migration has waited for, behind it, although the lock is still held.
    await other.query('select from a')
    expect(await select(`select to_regclass('c')`)).toEqual([[null]])
  } finally {
    await other.end()
  }
  await client.query('commit')
  expect(await waiting).toEqual(['1_first'])
  expect(await select(`select to_regclass('c') is not null`)).toEqual([[true]])
})

test('A migration waits for autovacuum with a lock that no writer queues behind.', async () => {
  await client.query('create table registry_a (n int)')
  await writeMigration('1_first', 'alter table registry_a add column m int')
  // The lock that autovacuum has.
  await client.query('begin; lock table registry_a in share update exclusive mode')
  const waiting = apply()
  const modes = new Set<unknown>()
  const attempts = new Set<unknown>()
  const awaited = `select mode, waitstart::text from pg_locks where relation = 'registry_a'::regclass and not granted`
  // Several attempts, each of which waits anew.
  while (attempts.size < 3) {
    for (const row of await select(awaited)) {
      const [mode, since] = row as readonly unknown[]
      modes.add(mode)
      if (since) attempts.add(since)
    }
    await sleep(5)
  }
  await client.query('commit')
  expect([...modes]).toEqual(['ShareUpdateExclusiveLock'])
  expect(await waiting).toEqual(['1_first'])
  expect(await select('select m from registry_a')).toEqual([])
})

test('A migration goes by the tables of its own schema, whatever its name is.', async () => {
  await client.query('create schema "Of the registry"; create table "Of the registry".registry_a (n int)')
  await writeMigration('1_first', 'alter table registry_a add column m int')
  const own = { ...database.connection, options: '-c search_path="Of\\ the\\ registry"' }
  expect(await applyMigrations({ connection: own, logger, directory })).toEqual(['1_first'])
  expect(await select('select m from "Of the registry".registry_a')).toEqual([])
})

test("A migration does without a table that is somebody else's.", async () => {
  const other = `other_${database.connection.database}`
  await client.query(
    `create table registry_a (n int); create role "${other}"; grant all on schema public to "${other}"`,
  )
  try {
    await writeMigration('1_first', 'create table c ()')
    const limited = { ...database.connection, options: `-c role=${other}` }
    // It would wait for this lock.
    await client.query('begin; lock table registry_a')
    expect(await applyMigrations({ connection: limited, logger, directory })).toEqual(['1_first'])
    await client.query('commit')
  } finally {
    await client.query(`drop owned by "${other}"; drop role "${other}"`)
  }
})

test('A migration does without a table that is dropped while it waits.', async () => {
  await client.query('create table registry_a (n int)')
  await writeMigration('1_first', 'create table c ()')
  const other = new pg.Client(database.connection)
  await other.connect()
  try {
    await other.query('begin; drop table registry_a')
    const waiting = apply()
    const awaited = `select from pg_locks where relation = 'registry_a'::regclass and not granted`
    await Promise.race([
      waiting,
      (async () => {
        while ((await select(awaited)).length === 0) await sleep(5)
      })(),
    ])
    await other.query('commit')
    expect(await waiting).toEqual(['1_first'])
  } finally {
    await other.end()
  }
})

test('A migration that PostgreSQL rolls back for a deadlock is applied again.', async () => {
  await client.query('create table a (n int); create table b (n int)')
  // PostgreSQL looks for deadlocks before the migration gives up waiting.
  await client.query(
    `do $$ begin execute format('alter database %I set deadlock_timeout = ''20ms''', current_database()); end $$`,
  )
  // It is never this session that is ended.
  await client.query("set deadlock_timeout = '10min'")
  await writeMigration('1_first', 'lock table a; lock table b; create table c ()')
  await client.query('begin; lock table b')
  const waiting = apply()
  while ((await select(`select from pg_locks where relation = 'b'::regclass and not granted`)).length === 0)
    await sleep(5)
  // Takes a before the migration does so again.
  await client.query('lock table a')
  await client.query('commit')
  expect(await waiting).toEqual(['1_first'])
})
