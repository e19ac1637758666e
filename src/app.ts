/** The table of contents: load the templates → create the server → start a PostgreSQL if necessary → open the store → apply the templates → serve them. */

import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertGuarded } from './access/assert-guarded.ts'
import { createAccess, openAccess } from './access/create-access.ts'
import { createIdentify } from './access/create-identify.ts'
import { callerOf } from './access/identity.ts'
import { createJobCheck } from './access/jobs/create-job-check.ts'
import { limitedTemplates } from './access/limit-writes.ts'
import { loadRoles } from './access/load-roles.ts'
import type { Role } from './access/role.ts'
import { warnOfToken } from './access/warn-of-token.ts'
import { createEmbeddedPostgres, type EmbeddedPostgres } from './embedded/embedded-postgres.ts'
import type { ConfigError } from './errors.ts'
import { listExampleQueries } from './example-queries.ts'
import type { Logger } from './logger.ts'
import { createMetrics } from './metrics/create-metrics.ts'
import { buildSchema } from './schema/build-schema.ts'
import { createRequestContext } from './schema/request-context.ts'
import { type Caller, describeCaller } from './server/caller.ts'
import { createServer, type RegistryServer } from './server/create-server.ts'
import { createMetricsServer } from './server/metrics/create-metrics-server.ts'
import { loadPageFiles, pageDirectory } from './server/page/load-page-files.ts'
import type { Config } from './settings.ts'
import type { DatabaseState } from './store/check-database.ts'
import { isMeantToRead } from './store/hosts/open-client.ts'
import { openStore, type Store } from './store/open-store.ts'
import { createReadPast } from './store/past/read-past.ts'
import { createTokens } from './store/tokens/create-tokens.ts'
import { recordRoles } from './store/trail.ts'
import { printIssues } from './template/issue.ts'
import { loadDeclaredTemplates } from './template/load-templates.ts'
import type { TemplateModel } from './template/model.ts'
import type { Tracer } from './traces/tracer.ts'
import { version } from './version.ts'
import type { Webhooks } from './webhooks/create-webhooks.ts'
import { readWebhooks } from './webhooks/read-webhooks.ts'

export interface App {
  readonly server: RegistryServer
  /** Resolves when the database has what the templates need; rejects if that is impossible. */
  readonly prepared: Promise<void>
  /** Resolves if another server has taken the data of the embedded PostgreSQL: the process is to end. */
  readonly lost: Promise<ConfigError>
  /**
   * Finishes running requests, then closes the server, the store, and the embedded PostgreSQL, in this order. Before that, it is
   * unready and goes on serving for `notice` seconds. Default: 0.
   */
  readonly close: (notice?: number) => Promise<void>
}

type Listen = (server: RegistryServer, metricsServer: Server | undefined) => Promise<void>

/**
 * Assembles the registry. `listen` is called before anything touches the data, so that of two servers that are started alike, the
 * second ends at the port. Until the database is prepared, requests are answered with SERVICE_UNAVAILABLE. `signal` aborts the start.
 * Throws `TemplateError` and `ConfigError`.
 */
export async function createApp(
  config: Config,
  logger: Logger,
  { listen, signal }: { readonly listen: Listen; readonly signal?: AbortSignal },
): Promise<App> {
  const files = await loadDeclaredTemplates(config.templatesDir)
  const { roles, digest } = await readRoles(config, files.model, logger)
  const openWebhooks = await readWebhooks(config, files.model, process.env)
  const hasRules = roles.length > 0 || config.adminToken !== undefined
  const { isGuarded, warnings } = assertGuarded(config, roles)
  for (const warning of warnings) logger.warn(warning)
  if (!hasRules && warnings.length === 0) logger.info(withoutRules)
  const readPast = createReadPast()
  const jobs = createJobCheck(roles, logger, Date.now)
  const metrics = createMetrics(version)
  const tracer = await loadTracer(config, logger)
  const metricsServer = config.metricsPort === undefined ? undefined : createMetricsServer(metrics, logger)
  const { limits } = config
  let generation: number | undefined
  let state: DatabaseState | undefined
  const opened: { embedded?: EmbeddedPostgres | undefined; store?: Store; webhooks?: Webhooks } = {}
  const server = createServer({
    config,
    profile: config,
    isGuarded,
    hasRules,
    logger,
    limits,
    metrics,
    tracer,
    metricsFor: config.metricsPort !== undefined ? undefined : hasRules ? 'admins' : 'everyone',
    page: await loadPage(logger),
    async isReady() {
      state = undefined
      if (generation === undefined || !opened.store) return false
      state = await opened.store.check()
      if (state.isReadOnly && !isMeantToRead(config.databaseUrl)) throw new Error('the database takes no writes')
      return true
    },
    readyText(isReady) {
      const isOlder = generation !== undefined && state !== undefined && state.generation > generation
      const older = isOlder ? ', with older templates than those that were applied last' : ''
      const reads = state?.isReadOnly ? ', read-only: the database takes no writes, and reads are answered' : ''
      return `${isReady ? 'ready' : 'not ready'}${older}${reads}${isReady ? ` (registry-store ${version})` : ''}`
    },
  })
  const open = async (): Promise<Store> => {
    await listen(server, metricsServer)
    const embedded = await startEmbeddedPostgres(config, logger, signal)
    opened.embedded = embedded
    const connection = embedded?.connection ?? { connectionString: config.databaseUrl }
    const { databaseConnections: connections, databaseDirectUrl: directUrl, databaseReplicaUrls: replicaUrls } = config
    return openStore(
      {
        ...{ connection, directUrl, prepared: config.databasePrepared, replicaUrls },
        ...{ limits, connections, metrics, tracer },
      },
      logger,
    )
  }
  const endLive = () => {
    opened.store?.waits.stop()
    opened.store?.streams.stop()
  }
  const close = async () => {
    endLive()
    await server.drain()
    await closeMetrics(metricsServer)
    await opened.webhooks?.close()
    await opened.store?.close()
    await tracer?.close()
    await opened.embedded?.stop()
  }
  const store = await open().catch(async (error: unknown) => {
    await close()
    throw error
  })
  opened.store = store
  const { shares, administration, feed } = store
  const { adminToken } = config
  const webhooks = openWebhooks({ database: store.database, feed, logger, metrics })
  opened.webhooks = webhooks
  const { identify, forget } = createIdentify({ database: store.database, adminToken, roles, jobs, logger })
  const tokens = createTokens({
    database: store.database,
    logger,
    warningsOf: (name) => warnOfToken(roles, adminToken !== undefined, name),
    onRevoked: forget,
  })
  const access = hasRules ? createAccess({ roles, identify, limits }) : openAccess
  const prepared = store.prepare({
    files,
    consent: config.acceptTemplates,
    limited: (model) => limitedTemplates(roles, model),
    afterwards() {
      const names = roles.map(({ name }) => name)
      return recordRoles(store.database, logger, { digest, names, hasAdminToken: adminToken !== undefined })
    },
    serve({ model, generation: number, isReadOnly }) {
      // Those who follow come again, and are told by the new templates.
      store.streams.endAll()
      generation = number
      const schema = buildSchema(model, { conditionalReads: access.conditionalReads(model) })
      const rightsOf = access.serve(model, schema)
      if (!isReadOnly) webhooks.serve({ model, schema, limits })
      const introspects = ({ identity }: Caller) =>
        config.introspection || (identity.kind !== 'everyone' && rightsOf(identity).isAdmin)
      server.serve({
        schema,
        exampleQueries: listExampleQueries(model),
        identify: access.identify,
        introspects,
        createContext: (caller) =>
          createRequestContext({
            model,
            limits,
            author: caller.author,
            position: caller.position,
            rights: rightsOf(caller.identity),
            introspects: introspects(caller),
            database: shares.open(callerOf(caller.identity)),
            administration,
            tokens,
            feed,
            waits: store.waits,
            streams: store.streams,
            webhooks: webhooks.administration,
            asker: describeCaller(caller),
            metrics,
            tracer,
            readPast,
          }),
      })
    },
  })
  return {
    server,
    prepared,
    lost: opened.embedded?.lost ?? new Promise(() => undefined),
    async close(notice = 0) {
      server.turnUnready()
      endLive()
      await sleep(1_000 * notice)
      await close()
    },
  }
}

/** The roles of ACCESS_DIR, which are logged; none if it has no files. */
async function readRoles(
  { accessDir, limits }: Config,
  model: TemplateModel,
  logger: Logger,
): Promise<{ readonly roles: readonly Role[]; readonly digest: string | undefined }> {
  const { roles, warnings, digest } = await loadRoles(accessDir, () => ({ model, schema: buildSchema(model), limits }))
  for (const warning of warnings) logger.warn(printIssues([warning]))
  if (roles.length > 0) logger.info({ roles: roles.map(({ name }) => name), digest }, 'the rules of access are read')
  return { roles, digest }
}

/** What it loads is large, and most registries have no use for it. */
async function loadTracer({ tracesEndpoint: endpoint }: Config, logger: Logger): Promise<Tracer | undefined> {
  if (endpoint === undefined) return undefined
  const { createTracer } = await import('./traces/create-tracer.ts')
  return createTracer({ endpoint, version }, process.env, logger)
}

function closeMetrics(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!server) return resolve()
    // The error of a server that never listened is that there is nothing to do.
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

const withoutRules =
  'there are no rules of access: everyone on this machine may do everything; before others can reach it, write roles into ACCESS_DIR or set ADMIN_TOKEN (docs/access.md)'

/** Undefined, with a warning, if the page has not been built: programs need none. */
async function loadPage(logger: Logger) {
  return loadPageFiles(pageDirectory).catch((error: unknown) => {
    logger.warn({ err: error }, 'the page for browsers is missing: run npm run build')
    return undefined
  })
}

/** Undefined if the operator provides a database. */
async function startEmbeddedPostgres(
  { databaseUrl, dataDir }: Config,
  logger: Logger,
  signal: AbortSignal | undefined,
): Promise<EmbeddedPostgres | undefined> {
  return databaseUrl === undefined ? createEmbeddedPostgres({ dataDir, logger, ...(signal && { signal }) }) : undefined
}
