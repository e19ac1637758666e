import type pg from 'pg'
import type { Logger } from 'pino'
import { defaultLimits, type Limits } from '../limits.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { applyMigrations } from './apply-migrations.ts'
import { checkChangedFields } from './check-changed-fields.ts'
import { createPool } from './create-pool.ts'
import { createDatabase, type Database } from './database.ts'
import { ensureTemplates } from './ensure-templates.ts'
import { recordTemplates } from './record-templates.ts'
import { waitForDatabase } from './wait-for-database.ts'

export interface Store {
  readonly database: Database
  /** Waits for the database and creates what the templates need in it. Throws `ConfigError`; `close` stops it. */
  readonly prepare: (model: TemplateModel) => Promise<PreparedStore>
  /** Stops `prepare` and waits for running statements, then closes all connections. */
  readonly close: () => Promise<void>
}

export interface PreparedStore {
  /** The templates whose stored values may have a field's former type. The set shrinks when all values fit again. */
  readonly changed: ReadonlySet<Template>
}

/**
 * Opens the database of this connection. If it has a `connectionString`, it is the operator's database (DATABASE_URL), and
 * `prepare` waits for it; any other database is already running.
 */
export function openStore(
  options: {
    readonly connection: pg.PoolConfig
    readonly limits?: Limits
    /** The pause before values that did not fit their type are checked again, in milliseconds. */
    readonly recheckPause?: number
  },
  logger: Logger,
): Store {
  const { connection, limits = defaultLimits, recheckPause } = options
  const stopping = new AbortController()
  const pool = createPool(connection, limits.statementMilliseconds, ({ message }) => {
    // Log only the message: pg attaches the whole connection to such an error.
    if (!stopping.signal.aborted) logger.warn({ reason: message }, 'lost a connection to the database')
  })
  const database = createDatabase(pool, limits.answerBytes)
  let preparing: Promise<unknown> = Promise.resolve()
  let checking: Promise<void> = Promise.resolve()
  return {
    database,
    prepare(model) {
      const prepared = prepare(model)
      preparing = prepared
      return prepared
    },
    async close() {
      stopping.abort()
      await preparing.catch(() => undefined)
      await checking
      await database.close()
    },
  }

  async function prepare(model: TemplateModel): Promise<PreparedStore> {
    const { signal } = stopping
    const url = connection.connectionString
    if (url !== undefined) await waitForDatabase({ url, logger, signal })
    await applyMigrations({ connection, logger, signal })
    await ensureTemplates({ connection, model, logger, signal })
    const fields = await recordTemplates(database, model, logger)
    const check = checkChangedFields({ database, model, fields, logger, signal, pause: recheckPause })
    checking = check.finished
    return { changed: check.templates }
  }
}
