import pg from 'pg'
import { pino } from 'pino'
import { afterEach, beforeEach } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { stopProcesses } from '../app/start-process.ts'
import { type RunningPooler, startPgBouncer } from '../support/pgbouncer.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts'
import { applying, parseTexts } from '../support/registry.ts'

/** A database for each test, and what leads to it. */
export interface PoolerTest {
  readonly database: TestDatabase
  /** A connection that leads past all poolers. */
  readonly direct: pg.Client
  /** Is called when the test ends, the last one first. */
  readonly atEnd: (stop: () => Promise<unknown>) => void
  start(...given: Parameters<typeof startPgBouncer>): Promise<RunningPooler>
  /** A store whose connections lead to this URL, and what it logs. */
  open(url: string, options?: Omit<Parameters<typeof openStore>[0], 'connection'>): OpenStore
}

export interface OpenStore {
  readonly store: ReturnType<typeof openStore>
  readonly logged: readonly { readonly level: number; readonly msg: string; readonly remedy?: string }[]
  readonly messages: () => string
  readonly close: () => Promise<void>
}

export const host = '{ name: host, key: [name], fields: { name: string, rack: { type: string, indexed: true } } }'
export const templates = applying(parseTexts([host]))

export function usePoolers(): PoolerTest {
  let database: TestDatabase
  let direct: pg.Client
  const stops: (() => Promise<unknown>)[] = []
  beforeEach(async () => {
    database = await createEmptyDatabase()
    direct = new pg.Client(database.connection)
    await direct.connect()
  })
  afterEach(async () => {
    await stopProcesses()
    for (const stop of stops.splice(0).reverse()) await stop()
    await direct.end()
    await database.drop()
  })
  return {
    get database() {
      return database
    },
    get direct() {
      return direct
    },
    atEnd: (stop) => void stops.push(stop),
    async start(...given) {
      const pooler = await startPgBouncer(...given)
      stops.push(pooler.stop)
      return pooler
    },
    open(url, options = {}) {
      const logged: OpenStore['logged'][number][] = []
      const logger = pino({ level: 'info' }, { write: (line: string) => logged.push(JSON.parse(line)) })
      const store = openStore({ connection: { connectionString: url }, pause: 3_600_000, ...options }, logger)
      let isOpen = true
      const close = async () => {
        if (isOpen) await store.close()
        isOpen = false
      }
      stops.push(close)
      return { store, logged, close, messages: () => logged.map(({ msg }) => msg).join('\n') }
    },
  }
}
