import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { TestProject } from 'vitest/node'
import { createEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { parseConnectionUrl, type TestConnection } from './test-connection.ts'
import { watchOver } from './watch-over.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's connection to the PostgreSQL of this test run. */
    postgres: TestConnection
  }
}

/** One PostgreSQL for the whole run: TEST_DATABASE_URL, otherwise an embedded one in a temporary folder. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL
  if (url) {
    project.provide('postgres', parseConnectionUrl(url))
    return async () => undefined
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'registry-test-'))
  watchOver(dataDir)
  const removeDataDir = (): Promise<void> => rm(dataDir, { recursive: true, force: true })
  try {
    const postgres = await createEmbeddedPostgres({ dataDir, logger: pino({ level: 'warn' }, pino.destination(2)) })
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
