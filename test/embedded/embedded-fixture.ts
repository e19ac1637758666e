import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { PostgresConnection } from '../../src/embedded/connect-to-postmaster.ts'
import { createEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { createWatchedFolder } from '../support/watch-over.ts'
import { listProcessesIn, type ServerProcess, spawnServer } from './embedded-processes.ts'

/** What the tests of the embedded PostgreSQL share. After each test nothing it started may be left. */
export interface EmbeddedFixture {
  /** Mode 0700: as root, PostgreSQL's user cannot enter it. */
  root: string
  /** The data folder of the running test. */
  dataDir: string
  newDataDir(): string
  open(directory?: string, signal?: AbortSignal): Promise<EmbeddedPostgres>
  serve(directory?: string, options?: Parameters<typeof spawnServer>[1]): ServerProcess
}

/** To be called once, at the top of a test file. */
export function useEmbeddedPostgres(): EmbeddedFixture {
  let serial = 0
  const opened: EmbeddedPostgres[] = []
  const servers: ServerProcess[] = []
  const fixture: EmbeddedFixture = {
    root: '',
    dataDir: '',
    newDataDir() {
      fixture.dataDir = join(fixture.root, `data ${++serial} ä`)
      return fixture.dataDir
    },
    async open(dataDir = fixture.dataDir, signal) {
      const logger = pino({ level: 'silent' })
      const postgres = await createEmbeddedPostgres({ dataDir, logger, ...(signal && { signal }) })
      opened.push(postgres)
      return postgres
    },
    serve(dataDir = fixture.dataDir, options) {
      const server = spawnServer(dataDir, options)
      servers.push(server)
      return server
    },
  }

  beforeAll(async () => {
    fixture.root = createWatchedFolder('registry-embedded-')
  })

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((postgres) => postgres.stop()))
    for (const { child, ended } of servers.splice(0)) {
      child.kill('SIGTERM')
      await ended
    }
    expect(await untilNoProcessIn(fixture.dataDir)).toEqual([])
  })

  afterAll(async () => {
    await rm(fixture.root, { recursive: true, force: true })
  })

  return fixture
}

/** The rows of a statement, on a connection of its own. */
export async function query(connection: PostgresConnection, text: string): Promise<unknown[]> {
  const client = new pg.Client(connection)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query({ text, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

/** Waits up to 20 seconds for the processes that work in a folder to end, and returns those that did not. */
export async function untilNoProcessIn(directory: string): Promise<number[]> {
  for (let left = 400; ; left--) {
    const pids = await listProcessesIn(directory)
    if (pids.length === 0 || left === 0) return pids
    await sleep(50)
  }
}
