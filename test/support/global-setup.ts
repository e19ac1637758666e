import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { pino } from 'pino'
import type { TestProject } from 'vitest/node'
import { createEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { applyMigrations } from '../../src/store/migrations/apply-migrations.ts'
import { startPgBouncer } from './pgbouncer.ts'
import { runOnServer } from './run-on-server.ts'
import { spareWork } from './spare-work.ts'
import { parseConnectionUrl, type TestConnection } from './test-connection.ts'
import { createWatchedFolder } from './watch-over.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's connection to the PostgreSQL of this test run. */
    postgres: TestConnection
    /** The database with all migrations applied of which those of the tests are copies. */
    migrated: string
    /** The port on 127.0.0.1 of a PgBouncer before it, which registries use; 0 if there is none. */
    pgbouncer: number
  }
}

/**
 * What is made once for the whole run: the build that tests start as processes, unless TEST_BUILT says that it is there; a PostgreSQL,
 * which is TEST_DATABASE_URL, otherwise an embedded one in a temporary folder; and in it a database with all migrations. With
 * TEST_PGBOUNCER, there is a PgBouncer in that mode before it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!process.env.TEST_BUILT) await promisify(execFile)(process.execPath, ['.ci/build.js'])
  const stopServer = await startPostgres(project)
  const stopPostgres = await createMigrated(project).then(
    (drop) => () => drop().finally(stopServer),
    (error) => stopServer().then(() => Promise.reject(error)),
  )
  const mode = process.env.TEST_PGBOUNCER
  project.provide('pgbouncer', 0)
  if (mode !== 'session' && mode !== 'transaction') return stopPostgres
  try {
    const pooler = await startPgBouncer(project.getProvidedContext().postgres, mode)
    project.provide('pgbouncer', pooler.port)
    return async () => {
      await pooler.stop()
      await stopPostgres()
    }
  } catch (error) {
    await stopPostgres()
    throw error
  }
}

/** Creates the database that is copied for the tests; returns a function that removes it. */
async function createMigrated(project: TestProject): Promise<() => Promise<void>> {
  const { postgres } = project.getProvidedContext()
  const database = `migrated_${randomBytes(8).toString('hex')}`
  await runOnServer(postgres, `create database ${database} template template0`)
  await applyMigrations({ connection: { ...postgres, database }, logger: pino({ level: 'silent' }) })
  project.provide('migrated', database)
  return () => runOnServer(postgres, `drop database ${database}`)
}

async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL
  if (url) {
    project.provide('postgres', parseConnectionUrl(url))
    return async () => undefined
  }
  const dataDir = createWatchedFolder('registry-test-')
  const removeDataDir = (): Promise<void> => rm(dataDir, { recursive: true, force: true })
  try {
    const postgres = await createEmbeddedPostgres({ dataDir, logger: pino({ level: 'warn' }, pino.destination(2)) })
    await spareWork(postgres.superuser)
    project.provide('postgres', postgres.superuser)
    return async () => {
      await postgres.stop()
      await removeDataDir()
    }
  } catch (error) {
    await removeDataDir()
    throw error
  }
}
