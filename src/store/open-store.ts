import type pg from 'pg'
import type { Logger } from 'pino'
import { defaultLimits, type Limits } from '../limits.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { applyMigrations } from './apply-migrations.ts'
import { createPool } from './create-pool.ts'
import { createDatabase, type Database } from './database.ts'
import { createEmbeddedPostgres } from './embedded-postgres.ts'
import { ensureTemplates } from './ensure-templates.ts'
import { recordTemplates } from './record-templates.ts'
import { waitForDatabase } from './wait-for-database.ts'

export interface Store {
  readonly database: Database
  /** Waits for the database and makes it what the templates ask for. Throws `ConfigError`; stops with `close`. */
  readonly prepare: (model: TemplateModel) => Promise<PreparedStore>
  /** Closes all connections, and the embedded PostgreSQL. */
  readonly close: () => Promise<void>
}

export interface PreparedStore {
  /** The templates of which stored values may be of a field's former type. */
  readonly changed: ReadonlySet<Template>
}

/** Opens the operator's database, or starts an embedded PostgreSQL where none is given; `signal` gives that up. Throws `ConfigError`. */
export async function openStore(
  config: { readonly databaseUrl: string | undefined; readonly dataDir: string; readonly limits?: Limits },
  logger: Logger,
  signal?: AbortSignal,
): Promise<Store> {
  const { databaseUrl, limits = defaultLimits } = config
  const embedded =
    databaseUrl === undefined
      ? await createEmbeddedPostgres({ dataDir: config.dataDir, logger, ...(signal && { signal }) })
      : undefined
  const connection: pg.PoolConfig = embedded?.connection ?? { connectionString: databaseUrl }
  const stopping = new AbortController()
  const pool = createPool(connection, limits.statementMilliseconds, ({ message }) => {
    // Only the message: pg hangs the whole connection on such an error.
    if (!stopping.signal.aborted) logger.warn({ reason: message }, 'lost a connection to the database')
  })
  const database = createDatabase(pool, limits.answerBytes)
  let preparing: Promise<unknown> = Promise.resolve()
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
      await database.close()
      await embedded?.stop()
    },
  }

  async function prepare(model: TemplateModel): Promise<PreparedStore> {
    const { signal } = stopping
    if (databaseUrl !== undefined) await waitForDatabase({ url: databaseUrl, logger, signal })
    await applyMigrations({ connection, logger, signal })
    await ensureTemplates({ connection, model, logger, signal })
    return { changed: await recordTemplates(database, model, logger) }
  }
}
