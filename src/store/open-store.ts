import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { defaultLimits, type Limits } from '../limits.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import type { DeclaredModel } from '../template/load-templates.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import type { Tracer } from '../traces/tracer.ts'
import { type Administration, createAdministration } from './administration.ts'
import { createAwakeClock } from './awake-clock.ts'
import { findReadOnly } from './changes/find-read-only.ts'
import { prepareTemplates, type ServedTemplates } from './changes/prepare-templates.ts'
import { checkDatabase, type DatabaseState } from './check-database.ts'
import { createPool } from './create-pool.ts'
import { createDatabase, type Database } from './database.ts'
import { createFeed, type Feed } from './feed/feed.ts'
import { withHosts } from './hosts/open-client.ts'
import { createAllowance } from './live/create-allowance.ts'
import { createStreams, type Streams } from './live/create-streams.ts'
import { createWaits, type Waits } from './live/create-waits.ts'
import { watchListeners } from './metrics/watch-listeners.ts'
import { watchObjects } from './metrics/watch-objects.ts'
import { watchPool } from './metrics/watch-pool.ts'
import { applyMigrations } from './migrations/apply-migrations.ts'
import { createOutageLog } from './outage-log.ts'
import { outlastDatabase } from './outlast-database.ts'
import { waitForDatabases } from './pooler/wait-for-databases.ts'
import { createPreparedStatements, type PreparingOptions } from './prepared-statements.ts'
import { type Replicas, withReplicas } from './replicas/create-replicas.ts'
import { openReplicas } from './replicas/open-replicas.ts'
import type { WatchTimes } from './replicas/watch-replica.ts'
import { createRetention } from './retention/create-retention.ts'
import { createShares, type Shares } from './share-connections.ts'
import { traceDatabase } from './traces/trace-database.ts'
import { ensureUsageIndexes } from './usage/ensure-usage-indexes.ts'

export interface Store {
  readonly database: Database
  /** Undefined if there are none. */
  readonly replicas: Replicas | undefined
  readonly shares: Shares
  /**
   * Waits for the database and applies the templates to it, if nothing needs a consent that was not given. Calls `serve` with the
   * templates to serve, and again whenever these change. Throws `ConfigError`; `close` stops it.
   */
  readonly prepare: (templates: TemplatesToApply) => Promise<void>
  /** What the database is like now. Rejects if it does not answer. */
  readonly check: () => Promise<DatabaseState>
  readonly administration: Administration
  readonly feed: Feed
  /** Asks until something holds; stopped before requests are drained. */
  readonly waits: Waits
  /** Tells what changes; stopped with them. */
  readonly streams: Streams
  /** Stops `prepare` and waits for running statements, then closes all connections. */
  readonly close: () => Promise<void>
}

/** The same objects each time: they are found quickest. */
const formLabels = { new: { form: 'new' }, prepared: { form: 'prepared' }, unprepared: { form: 'unprepared' } } as const

/** Between two looks whether a read-only database takes writes again, in milliseconds. */
const pauseOfLooks = 2_000

export interface TemplatesToApply {
  readonly files: DeclaredModel
  /** The digest of the plan that the operator consents to. */
  readonly consent?: string | undefined
  readonly serve: (served: ServedTemplates) => void
  /** Is called once they have been applied, and again if the database is lost meanwhile; not while it takes no writes. */
  readonly afterwards?: () => Promise<void>
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
    /** Leads to the same database without a pooler (DATABASE_DIRECT_URL): for what needs a session, or takes long. */
    readonly directUrl?: string | undefined
    /** Whether statements are prepared by name (DATABASE_PREPARED). Default: unless there is a pooler. */
    readonly prepared?: boolean | undefined
    /** The most connections that requests use at a time. Default: 10. */
    readonly connections?: number
    /** Before this server looks again for what others have left undone, in milliseconds. Default: 30 s. */
    readonly pause?: number
    /** The URLs of standbys that may answer reads. */
    readonly replicaUrls?: readonly string[]
    /** How these are watched, if not as usual. */
    readonly replicaTimes?: Partial<WatchTimes>
    readonly metrics?: Metrics | undefined
    readonly tracer?: Tracer | undefined
  },
  logger: Logger,
): Store {
  const { limits = defaultLimits, connections = 10, pause, directUrl, metrics, tracer } = options
  const connection = withHosts(options.connection)
  const direct =
    directUrl === undefined ? connection : withHosts({ connectionString: directUrl }, 'DATABASE_DIRECT_URL')
  const stopping = new AbortController()
  const noteLoss = createOutageLog(logger, 'lost a connection to the database')
  const pool = createPool({ ...connection, max: connections }, limits.statementMilliseconds, (error) => {
    if (!stopping.signal.aborted) noteLoss(error)
  })
  if (metrics) watchPool(pool, connections, metrics)
  const noteOutage = createOutageLog(logger)
  const statements: PreparingOptions = {
    isWanted: options.prepared,
    note: metrics && ((form) => metrics.count('statements', formLabels[form])),
  }
  const prepared = createPreparedStatements(undefined, statements)
  const primary = createDatabase(pool, limits.answerBytes, prepared, (error) => {
    if (!stopping.signal.aborted) noteOutage(error)
  })
  const { replicaUrls: urls = [], replicaTimes: times } = options
  const replicas = openReplicas({ urls, connection, limits, connections, preparing: statements, times, logger })
  const opened = replicas ? withReplicas(primary, replicas) : primary
  const database = tracer ? traceDatabase(opened, tracer) : opened
  const objects = metrics && watchObjects(database.run, metrics, logger)
  const clock = createAwakeClock()
  const { signal } = stopping
  const retention = createRetention({ database, connection: direct, limits, logger, signal, metrics, pause })
  const feed = createFeed({ database, connection: direct, logger })
  const allowance = createAllowance(limits)
  const waits = createWaits(feed, database.run, allowance)
  const streams = createStreams(feed, database.run, allowance)
  if (metrics) watchListeners({ waits, streams }, metrics)
  let preparing: Promise<unknown> = Promise.resolve()
  let working: Promise<void> = Promise.resolve()
  let noteUnfit = (): void => undefined
  const outlast = (work: () => Promise<void>, doing: string) => outlastDatabase(work, { logger, signal, doing })
  return {
    database,
    replicas,
    shares: createShares(database, limits, clock),
    administration: createAdministration(database, direct, logger, () => noteUnfit()),
    feed,
    waits,
    streams,
    prepare(templates) {
      const prepared = outlast(() => prepare(templates), 'preparing the database')
      preparing = prepared
      return prepared
    },
    check: () => checkDatabase(connection, database.run),
    async close() {
      stopping.abort()
      await preparing.catch(() => undefined)
      await working
      await feed.close()
      await database.close()
      clock.stop()
    },
  }

  async function prepare(templates: TemplatesToApply): Promise<void> {
    const url = options.connection.connectionString
    const ways = { connection, directUrl, direct, prepared: options.prepared }
    const isReadOnly = url !== undefined && (await waitForDatabases({ ...ways, url }, logger, signal))
    const { consent, limited, serve, files, afterwards = async () => undefined } = templates
    if (isReadOnly) {
      const readOnly = await findReadOnly(direct, files, logger)
      objects?.serve(readOnly)
      serve(readOnly)
      working = prepareOnceWritable(templates)
      return
    }
    await applyMigrations({ connection: direct, logger, signal })
    await feed.begin()
    const prepared = await prepareTemplates({
      ...{ connection: direct, database, logger, signal, pause, consent, files },
      serve(served) {
        replicas?.raiseFloor()
        serve(served)
        objects?.serve(served)
        retention.serve(served)
        if (limited) index(served.model, limited(served.model))
      },
    })
    noteUnfit = prepared.noteUnfit
    working = Promise.all([prepared.working, retention.work()]).then(() => undefined)
    await outlast(afterwards, 'recording the start')
  }

  /** A standby becomes the primary, or somebody has made room on a disk. */
  async function prepareOnceWritable(templates: TemplatesToApply): Promise<void> {
    const isReadOnly = () =>
      checkDatabase(direct, database.run).then(
        (state) => state.isReadOnly,
        () => true,
      )
    while (await isReadOnly()) {
      await sleep(pauseOfLooks, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted) return
    }
    await outlast(() => prepare(templates), 'preparing the database').catch((error: unknown) => {
      if (!signal.aborted)
        logger.error({ err: error }, 'the database takes writes again, but cannot be prepared; start this server again')
    })
  }

  /** Closing does not wait for it: the next start goes on with it. */
  function index(model: TemplateModel, limited: readonly Template[]): void {
    const build = () => ensureUsageIndexes(direct, model, limited, logger)
    outlast(build, 'building indexes by which objects are counted for limits').catch((error: unknown) => {
      if (!signal.aborted)
        logger.warn({ err: error }, 'the index by which objects are counted for limits could not be built')
    })
  }
}
