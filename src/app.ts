/** The table of contents: load the templates → start a PostgreSQL if necessary → open the store → create the server → apply the templates → serve them. */

import type { AddressInfo } from 'node:net'
import closeWithGrace from 'close-with-grace'
import { assertGuarded } from './access/assert-guarded.ts'
import { createAccess, openAccess } from './access/create-access.ts'
import { createIdentify } from './access/create-identify.ts'
import { callerOf } from './access/identity.ts'
import { createJobCheck } from './access/jobs/create-job-check.ts'
import { limitedTemplates } from './access/limit-writes.ts'
import { loadRoles } from './access/load-roles.ts'
import type { Role } from './access/role.ts'
import { warnOfToken } from './access/warn-of-token.ts'
import { type Config, loadConfig, loadEnvFile } from './config.ts'
import { createEmbeddedPostgres, type EmbeddedPostgres } from './embedded/embedded-postgres.ts'
import { ConfigError } from './errors.ts'
import { listExampleQueries } from './example-queries.ts'
import { createLogger, type Logger } from './logger.ts'
import { buildSchema } from './schema/build-schema.ts'
import { createRequestContext } from './schema/request-context.ts'
import { type Caller, describeCaller } from './server/caller.ts'
import { createServer, type RegistryServer } from './server/create-server.ts'
import { loadPageFiles, pageDirectory } from './server/page/load-page-files.ts'
import { openStore, type TemplatesToApply } from './store/open-store.ts'
import { createTokens } from './store/tokens/create-tokens.ts'
import { recordRoles } from './store/trail.ts'
import { printIssues, TemplateError } from './template/issue.ts'
import { loadDeclaredTemplates } from './template/load-templates.ts'
import type { TemplateModel } from './template/model.ts'
import { version } from './version.ts'

interface App {
  readonly server: RegistryServer
  /** Resolves when the database has what the templates need; rejects if that is impossible. */
  readonly prepared: Promise<void>
  /** Finishes running requests, then closes the server, the store, and the embedded PostgreSQL, in this order. */
  readonly close: () => Promise<void>
}

/**
 * Assembles the registry; it does not listen yet. Until the database is prepared, requests are answered with
 * SERVICE_UNAVAILABLE. `signal` aborts the start. Throws `TemplateError` and `ConfigError`.
 */
async function createApp(config: Config, logger: Logger, signal?: AbortSignal): Promise<App> {
  const files = await loadDeclaredTemplates(config.templatesDir)
  const { roles, digest } = await readRoles(config, files.model, logger)
  const hasRules = roles.length > 0 || config.adminToken !== undefined
  const { isGuarded, warnings } = assertGuarded(config, roles)
  for (const warning of warnings) logger.warn(warning)
  if (!hasRules && warnings.length === 0) logger.info(withoutRules)
  const jobs = createJobCheck(roles, logger, Date.now)
  const embedded = await startEmbeddedPostgres(config, logger, signal)
  const connection = embedded?.connection ?? { connectionString: config.databaseUrl }
  const { limits, databaseConnections: connections } = config
  const store = openStore({ connection, limits, connections }, logger)
  const { shares, administration } = store
  const { adminToken } = config
  const { identify, forget } = createIdentify({ database: store.database, adminToken, roles, jobs, logger })
  const tokens = createTokens({
    database: store.database,
    logger,
    warningsOf: (name) => warnOfToken(roles, adminToken !== undefined, name),
    onRevoked: forget,
  })
  const access = hasRules ? createAccess({ roles, identify, limits }) : openAccess
  let generation: number | undefined
  let isOlder = false
  const server = createServer({
    config,
    profile: config,
    isGuarded,
    logger,
    limits,
    page: await loadPage(logger),
    async isReady() {
      if (generation === undefined) return false
      const found = await store.check(generation)
      isOlder = found.isOlder
      return found.isReady
    },
    readyText: () =>
      `ready${isOlder ? ', with older templates than those that were applied last' : ''} (registry-store ${version})`,
  })
  const prepare = async (templates: TemplatesToApply) => {
    await store.prepare(templates)
    await recordRoles(store.database, logger, {
      digest,
      names: roles.map(({ name }) => name),
      hasAdminToken: adminToken !== undefined,
    })
  }
  const prepared = prepare({
    files,
    consent: config.acceptTemplates,
    limited: (model) => limitedTemplates(roles, model),
    serve({ model, generation: number }) {
      generation = number
      const schema = buildSchema(model, { conditionalReads: access.conditionalReads(model) })
      const rightsOf = access.serve(model, schema)
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
            rights: rightsOf(caller.identity),
            introspects: introspects(caller),
            database: shares.open(callerOf(caller.identity)),
            administration,
            tokens,
            asker: describeCaller(caller),
          }),
      })
    },
  })
  return {
    server,
    prepared,
    async close() {
      await server.drain()
      await store.close()
      await embedded?.stop()
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

/** Runs the registry as a process, until SIGTERM or SIGINT. Mistakes of the operator are reported on stderr, with exit code 1. */
export async function startApp(): Promise<void> {
  const stopping = new AbortController()
  let starting: Promise<App> | undefined
  // An aborted start must still stop everything that it has started.
  const close = async () => (await starting?.catch(() => undefined))?.close()
  try {
    loadEnvFile()
    const config = loadConfig(process.env)
    const logger = createLogger(config.logLevel)
    for (const warning of config.warnings) logger.warn(warning)
    const closer = closeWithGrace({ delay: longestClosing, logger: false, skip: stopSignals }, async ({ err }) => {
      if (err) logger.fatal({ err }, 'unexpected failure')
      stopping.abort()
      await close()
      logger.info('stopped')
    })
    onStopSignal((signal) => {
      logger.info({ signal }, 'stopping')
      void closer.close()
    })
    starting = createApp(config, logger, stopping.signal)
    const app = await starting
    // A failure is reported below, once the server listens.
    app.prepared.catch(() => undefined)
    await listen(app, config)
    logger.info(`listening on ${printUrl(app)}`)
    await app.prepared
    logger.info('the database is ready')
  } catch (error) {
    if (stopping.signal.aborted) return
    process.exitCode = 1
    reportFailure(error)
    await close()
    process.exit()
  }
}

const stopSignals: ('SIGINT' | 'SIGTERM')[] = ['SIGINT', 'SIGTERM']

/**
 * Calls back at the first signal to stop. Under npm, a Ctrl-C arrives twice, from the terminal and from npm. A second signal
 * at least a second later ends the process at once.
 */
function onStopSignal(stop: (signal: NodeJS.Signals) => void): void {
  let askedAt: number | undefined
  for (const name of stopSignals) {
    process.on(name, (signal) => {
      if (askedAt === undefined) stop(signal)
      else if (Date.now() - askedAt > 1_000) process.exit(1)
      askedAt ??= Date.now()
    })
  }
}

/** Running requests get 10 s, and the embedded PostgreSQL some more. */
const longestClosing = 40_000

function printUrl({ server }: App): string {
  const { address, port, family } = server.http.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/graphql`
}

function listen({ server }: App, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.http.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new ConfigError(`PORT: ${port} is in use by another program on ${host}; choose another PORT`))
      else if (error.code === 'EACCES')
        reject(new ConfigError(`PORT: this user may not listen on ${port}; choose a PORT above 1023`))
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
        reject(new ConfigError(`HOST: ${JSON.stringify(host)} is not an address of this machine`))
      else reject(error)
    })
    server.http.listen({ host, port }, resolve)
  })
}

function reportFailure(error: unknown): void {
  if (error instanceof TemplateError) process.stderr.write(`${printIssues(error.issues)}\n`)
  else if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`)
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
}
