import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { ConfigError } from '../errors.ts'
import { createChecksum, isChecksumOf, loadMigrations, type Migration, migrationsDirectory } from './load-migrations.ts'
import { withOwnConnection } from './own-connection.ts'

/** The lock of `prisma migrate deploy`, so that Prisma and any number of servers wait for each other. */
const prismaLockKey = 72707369

/** The same table as Prisma creates. */
const bookkeeping = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`

interface Applied {
  readonly name: string
  readonly checksum: string
  readonly isFinished: boolean
}

/**
 * Brings the database's structure up to date: applies the missing migrations, each in a transaction, and
 * records them like `prisma migrate deploy`. Several servers may do this at once.
 *
 * It uses its own connection, without time limits: a migration may take longer than a request.
 *
 * @returns the names of the migrations it applied.
 * @throws ConfigError if the applied migrations differ from this program's, or a migration fails.
 */
export async function applyMigrations(options: {
  /** Settings for `pg`. Time limits among them are ignored. */
  readonly connection: pg.ClientConfig
  readonly logger: Logger
  readonly signal?: AbortSignal
  /** The folder of the migrations, if not the program's own. */
  readonly directory?: string
}): Promise<readonly string[]> {
  const { connection, logger, signal, directory = migrationsDirectory } = options
  const migrations = await loadMigrations(directory)
  return withOwnConnection(connection, async (client) => {
    const names: string[] = []
    for (;;) {
      await beginLocked(client, logger, signal)
      const next = await findNext(client, migrations)
      if (next !== undefined) await apply(client, next)
      await client.query('commit')
      if (next === undefined) return names
      names.push(next.name)
      logger.info({ migration: next.name }, 'applied a database migration')
    }
  })
}

/** Opens a transaction that holds the lock. It polls, because waiting in the queue for the lock could deadlock. */
async function beginLocked(client: pg.Client, logger: Logger, signal: AbortSignal | undefined): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted()
    await client.query('begin')
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [
      prismaLockKey,
    ])
    if (rows[0]?.taken === true) return
    await client.query('rollback')
    if (attempt % 100 === 99) logger.info('waiting for another program that applies database migrations')
    await sleep(50)
  }
}

/** The first migration that the database lacks; undefined if it lacks none. */
async function findNext(client: pg.Client, migrations: readonly Migration[]): Promise<Migration | undefined> {
  const applied = await loadApplied(client)
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const { name, checksum, isFinished } of applied) {
    const migration = known.get(name)
    if (!isFinished) {
      throw new ConfigError(
        `The database migration ${name} was started and did not finish. Repair the database, then record it with ` +
          `"npx prisma migrate resolve --config prisma/prisma.config.ts --rolled-back ${name}" (or --applied).`,
      )
    }
    if (migration === undefined) {
      throw new ConfigError(
        `The database has the migration ${name}, which this program does not know: a newer program ` +
          'has used the database. Start that program, or use another database.',
      )
    }
    if (!isChecksumOf(migration.sql, checksum)) {
      throw new ConfigError(
        `The database migration ${name} was changed after it was applied. Restore its file, and move the change ` +
          'to a new migration.',
      )
    }
  }
  const names = new Set(applied.map(({ name }) => name))
  return migrations.find(({ name }) => !names.has(name))
}

async function loadApplied(client: pg.Client): Promise<readonly Applied[]> {
  const { rows: tables } = await client.query<{ exists: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as exists`,
  )
  if (tables[0]?.exists !== true) return []
  const { rows } = await client.query<Applied>(
    `select migration_name as name, checksum, finished_at is not null as "isFinished"
     from _prisma_migrations where rolled_back_at is null order by migration_name collate "C"`,
  )
  return rows
}

async function apply(client: pg.Client, { name, sql }: Migration): Promise<void> {
  try {
    await client.query(bookkeeping)
    await client.query(sql)
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), createChecksum(sql), name],
    )
  } catch (error) {
    throw new ConfigError(`The database migration ${name} failed: ${(error as Error).message}`, { cause: error })
  }
}
