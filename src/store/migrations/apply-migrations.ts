import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { ConfigError } from '../../errors.ts'
import { compileHoldOffVacuumEverywhere, compileLockLimit } from '../../sql/session/compile-hold-off-vacuum.ts'
import { compileLock } from '../../sql/session/compile-lock.ts'
import { isDeadlock, isLockTimeout, isUnavailable } from '../database-error.ts'
import { beginOn, runOn, withOwnConnection } from '../own-connection.ts'
import { createChecksum, isChecksumOf, loadMigrations, type Migration, migrationsDirectory } from './load-migrations.ts'

/** The lock of `prisma migrate deploy`, so that Prisma and any number of servers wait for each other. */
export const prismaLockKey = 72707369

/** Between two attempts at a migration, in milliseconds. */
const pause = 200

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
 * It uses its own connection, without time limits: a migration may take longer than a request. One that PostgreSQL has rolled back
 * for a lock that others hold, or for a deadlock, is applied again.
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
    for (let attempt = 1; ; attempt++) {
      await beginLocked(client, logger, signal)
      const next = await findNext(client, migrations)
      if (next !== undefined && !(await apply(client, next, attempt))) {
        await client.query('rollback')
        if (attempt % 10 === 0)
          logger.warn(
            { migration: next.name },
            'a database migration waits for somebody else: a long transaction, a vacuum, or the building of an index',
          )
        await sleep(pause)
        continue
      }
      await client.query('commit')
      if (next === undefined) break
      names.push(next.name)
      attempt = 0
    }
    if (names.length > 0) logger.info({ last: names.at(-1), count: names.length }, 'applied database migrations')
    return names
  })
}

/** Opens a transaction that holds the lock. It polls, because waiting in the queue for the lock could deadlock. */
async function beginLocked(client: pg.Client, logger: Logger, signal: AbortSignal | undefined): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted()
    await beginOn(client)
    const [row] = await runOn(client)(compileLock(prismaLockKey).inTransaction)
    if (row?.taken === true) return
    await client.query('rollback')
    if (attempt % 100 === 99) logger.info('waiting for another program that applies database migrations')
    await sleep(50)
  }
}

/** The first migration that the database lacks; undefined if it lacks none. */
async function findNext(client: pg.Client, migrations: readonly Migration[]): Promise<Migration | undefined> {
  return (await listMissingMigrations(client, migrations))[0]
}

/**
 * The migrations that the database lacks, in order. It only reads.
 *
 * @throws ConfigError if the applied migrations differ from this program's
 */
export async function listMissingMigrations(
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
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
  return migrations.filter(({ name }) => !names.has(name))
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

/**
 * Returns false if it must be done again, because a lock that it needs is held. Others queue behind whoever waits for a lock, so it gives
 * up soon. Now and then it waits longer: PostgreSQL looks for deadlocks after a second. An autovacuum is sent away before.
 */
async function apply(client: pg.Client, { name, sql }: Migration, attempt: number): Promise<boolean> {
  try {
    const limit = attempt % 5 === 0 ? '1300ms' : '500ms'
    // Vacuum by hand and the building of an index cannot be sent away, and may be at a table that this migration does not touch.
    const mayHoldOff = attempt % 10 < 4
    const limited = mayHoldOff ? compileHoldOffVacuumEverywhere(limit) : [compileLockLimit(limit)]
    for (const { text } of limited) await client.query(text)
    await client.query(bookkeeping)
    await client.query(sql)
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), createChecksum(sql), name],
    )
    return true
  } catch (error) {
    if (isLockTimeout(error) || isDeadlock(error)) return false
    if (isUnavailable(error)) throw error
    throw new ConfigError(`The database migration ${name} failed: ${(error as Error).message}`, { cause: error })
  }
}
