import type pg from 'pg'
import type { Logger } from 'pino'
import { defaultLimits, type Limits } from '../limits.ts'
import { compileNewestGeneration } from '../sql/changes/compile-generations.ts'
import type { DeclaredModel } from '../template/load-templates.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { type Administration, createAdministration } from './administration.ts'
import { applyMigrations } from './apply-migrations.ts'
import { createAwakeClock } from './awake-clock.ts'
import { prepareTemplates, type ServedTemplates } from './changes/prepare-templates.ts'
import { createPool } from './create-pool.ts'
import { createDatabase, type Database } from './database.ts'
import { createOutageLog } from './outage-log.ts'
import { createShares, type Shares } from './share-connections.ts'
import { ensureUsageIndexes } from './usage/ensure-usage-indexes.ts'
import { waitForDatabase } from './wait-for-database.ts'

export interface Store {
  readonly database: Database
  readonly shares: Shares
  /**
   * Waits for the database and applies the templates to it, if nothing needs a consent that was not given. Calls `serve` with the
   * templates to serve, and again whenever these change. Throws `ConfigError`; `close` stops it.
   */
  readonly prepare: (templates: TemplatesToApply) => Promise<void>
  /** Whether the database answers; and whether newer templates than the given ones have been applied. */
  readonly check: (generation: number) => Promise<{ readonly isReady: boolean; readonly isOlder: boolean }>
  readonly administration: Administration
  /** Stops `prepare` and waits for running statements, then closes all connections. */
  readonly close: () => Promise<void>
}

export interface TemplatesToApply {
  readonly files: DeclaredModel
  /** The digest of the plan that the operator consents to. */
  readonly consent?: string | undefined
  readonly serve: (served: ServedTemplates) => void
  /** The templates of which some callers may have only so many objects. They are counted by an index, which is built in the background. */
  readonly limited?: (model: TemplateModel) => readonly Template[]
}

/**
 * Opens the database of this connection. If it has a `connectionString`, it is the operator's database (DATABASE_URL), and
 * `prepare` waits for it; any other database is already running.
 */
export function openStore(
  options: {
    readonly connection: pg.PoolConfig
    readonly limits?: Limits
    /** The most connections that requests use at a time. Default: 10. */
    readonly connections?: number
    /** Before this server looks again for what others have left undone, in milliseconds. Default: 30 s. */
    readonly pause?: number
  },
  logger: Logger,
): Store {
  const { connection, limits = defaultLimits, connections = 10, pause } = options
  const stopping = new AbortController()
  const pool = createPool({ ...connection, max: connections }, limits.statementMilliseconds, ({ message }) => {
    // Log only the message: pg attaches the whole connection to such an error.
    if (!stopping.signal.aborted) logger.warn({ reason: message }, 'lost a connection to the database')
  })
  const noteOutage = createOutageLog(logger)
  const database = createDatabase(pool, limits.answerBytes, undefined, (error) => {
    if (!stopping.signal.aborted) noteOutage(error)
  })
  const clock = createAwakeClock()
  let preparing: Promise<unknown> = Promise.resolve()
  let working: Promise<void> = Promise.resolve()
  return {
    database,
    shares: createShares(database, limits, clock),
    administration: createAdministration(database, connection, logger),
    prepare(templates) {
      const prepared = prepare(templates)
      preparing = prepared
      return prepared
    },
    async check(generation) {
      try {
        const [row] = await database.run(compileNewestGeneration())
        return { isReady: true, isOlder: Number(row?.generation ?? 0) > generation }
      } catch {
        return { isReady: false, isOlder: false }
      }
    },
    async close() {
      stopping.abort()
      await preparing.catch(() => undefined)
      await working
      await database.close()
      clock.stop()
    },
  }

  async function prepare(templates: TemplatesToApply): Promise<void> {
    const { signal } = stopping
    const url = connection.connectionString
    if (url !== undefined) await waitForDatabase({ url, logger, signal })
    await applyMigrations({ connection, logger, signal })
    const { consent, limited, serve, files } = templates
    const prepared = await prepareTemplates({
      ...{ connection, database, logger, signal, pause, consent, files },
      serve(served) {
        serve(served)
        if (limited) index(served.model, limited(served.model))
      },
    })
    working = prepared.working
  }

  /** Closing does not wait for it: the next start goes on with it. */
  function index(model: TemplateModel, limited: readonly Template[]): void {
    ensureUsageIndexes(connection, model, limited, logger).catch((error: unknown) => {
      if (!stopping.signal.aborted)
        logger.warn({ err: error }, 'the index by which objects are counted for limits could not be built')
    })
  }
}
