import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { createAccess, openAccess } from '../../src/access/create-access.ts'
import { createIdentify } from '../../src/access/create-identify.ts'
import { callerOf, type Identity } from '../../src/access/identity.ts'
import { parseRoles } from '../../src/access/parse-roles.ts'
import type { Role } from '../../src/access/role.ts'
import { warnOfToken } from '../../src/access/warn-of-token.ts'
import { defaultLimits, type Limits } from '../../src/limits.ts'
import type { Logger } from '../../src/logger.ts'
import type { Metrics } from '../../src/metrics/create-metrics.ts'
import type { Author } from '../../src/plan/plan.ts'
import type { Rights } from '../../src/plan/rights.ts'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { createRequestContext } from '../../src/schema/request-context.ts'
import { type Caller, describeCaller } from '../../src/server/caller.ts'
import { createServer } from '../../src/server/create-server.ts'
import type { PageFiles } from '../../src/server/page/load-page-files.ts'
import { openProfile, type Profile } from '../../src/settings.ts'
import type { Database } from '../../src/store/database.ts'
import type { Feed } from '../../src/store/feed/feed.ts'
import { openStore, type TemplatesToApply } from '../../src/store/open-store.ts'
import type { WatchTimes } from '../../src/store/replicas/watch-replica.ts'
import { createTokens } from '../../src/store/tokens/create-tokens.ts'
import { printIssues } from '../../src/template/issue.ts'
import { loadTemplates } from '../../src/template/load-templates.ts'
import type { TemplateModel } from '../../src/template/model.ts'
import { parseTemplates } from '../../src/template/parse-templates.ts'
import type { Tracer } from '../../src/traces/tracer.ts'
import type { Webhooks } from '../../src/webhooks/create-webhooks.ts'
import { connectionOf, createTestDatabase, type TestDatabase } from './postgres.ts'
import { positionsOf, replicaUrlsOf } from './replica-of-tests.ts'
import { withTimeLimits } from './test-connection.ts'
import { createTestIdentify } from './test-identify.ts'

export interface GraphqlError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: {
    readonly code?: string
    readonly issues?: readonly { path: unknown; code: string; message: string }[]
  }
}

export interface GraphqlAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of the data, it asserts
  readonly data?: any
  readonly errors?: readonly GraphqlError[]
  readonly extensions?: { readonly position?: string }
}

/** A registry on its own database, used like by any client: over HTTP. */
export interface TestRegistry {
  readonly url: string
  readonly model: TemplateModel
  /** The generation of the templates that it serves now. */
  readonly generation: number
  readonly database: Database
  readonly feed: Feed
  /** The addresses of the replicas that are used now. */
  readonly usedReplicas: () => readonly string[]
  readonly connection: pg.ClientConfig
  readonly databaseUrl: string
  /** Sends an operation. */
  query(query: string, variables?: object, headers?: Readonly<Record<string, string>>): Promise<GraphqlAnswer>
  /** Sends an operation that must succeed, and returns its data. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  data(query: string, variables?: object, headers?: Readonly<Record<string, string>>): Promise<any>
  /** Runs SQL in the registry's database, on a separate connection. */
  sql(text: string, values?: unknown[]): Promise<pg.QueryResultRow[]>
  close(): Promise<void>
}

/**
 * The templates, as texts of YAML; without them the shipped ones. `databaseUrl` is that of a database which is there
 * already, and stays when the registry is closed. On a database of its own no statement is stopped for taking long: how
 * busy the machine is decides no test.
 */
export async function startRegistry(
  templates?: readonly string[],
  options: {
    readonly databaseUrl?: string
    readonly limits?: Partial<Limits>
    /** The digest of the change of templates to consent to, or `any` to consent to whatever needs it. */
    readonly consent?: string
    /** The page for browsers. */
    readonly page?: PageFiles
    /** Changes the model of the templates. */
    readonly changeModel?: (model: TemplateModel) => TemplateModel
    /** What requests may do, unless it is everything. */
    readonly rights?: (author: Author, identity: Identity) => Rights
    /**
     * The texts of files of roles. `asToken` and `asJob` (test-identify.ts) give the headers of callers; with `adminToken`, callers
     * need the credentials that a registry really takes.
     */
    readonly access?: readonly string[]
    /** What it shows of itself, unless that is everything. */
    readonly profile?: Partial<Profile>
    /** The URLs of standbys that answer reads. The registry is ready when they do, unless they are not awaited. */
    readonly replicaUrls?: readonly string[]
    readonly awaitsReplicas?: false
    /** Whether statements are prepared. Default: unless there is a pooler. */
    readonly prepared?: boolean
    /** How these are watched. Default: however late, one is used; and one is looked at often. */
    readonly replicaTimes?: Partial<WatchTimes>
    /** Makes webhooks of what they need. Default: there are none. */
    readonly openWebhooks?: (given: { readonly database: Database; readonly feed: Feed }) => Webhooks
    /** Rules of access; only with them are callers told from one another. */
    readonly roles?: readonly Role[]
    readonly adminToken?: string
    /** The time of those who check credentials, in milliseconds since 1970. */
    readonly now?: () => number
    /** Is told of each request. */
    readonly onCaller?: (caller: Caller) => void
    /** How long a client may not read, in milliseconds. */
    readonly stallTime?: number
    /** Default: silent. */
    readonly logger?: Logger
    readonly metrics?: Metrics
    readonly tracer?: Tracer
    /** The templates of which some callers may read only a part. */
    readonly conditionalReads?: ReadonlySet<string>
  } = {},
): Promise<TestRegistry> {
  const loaded = templates ? parseTexts(templates) : await loadTemplates('object-templates')
  const files = { model: options.changeModel?.(loaded) ?? loaded, placeOf: () => undefined }
  const testDatabase = options.databaseUrl === undefined ? await createTestDatabase() : useDatabase(options.databaseUrl)
  const limits = { ...defaultLimits, ...options.limits }
  const logger = options.logger ?? pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' })
  const databaseUrl =
    options.databaseUrl ?? withTimeLimits(testDatabase.url, { statement_timeout: 600_000, query_timeout: 600_000 })
  const { metrics, tracer } = options
  const { replicaUrls = replicaUrlsOf(databaseUrl) } = options
  // Clients of the tests bring no positions, but see their own writes.
  const positions = options.replicaUrls ? undefined : positionsOf(databaseUrl)
  const replicaTimes = { longestLag: 3_600_000, pause: positions ? 250 : 20, ...options.replicaTimes }
  const store = openStore(
    // No statement of the background comes into what tests count.
    {
      connection: { connectionString: databaseUrl },
      limits,
      prepared: options.prepared,
      pause: 3_600_000,
      replicaUrls,
      replicaTimes,
      metrics,
      tracer,
    },
    logger,
  )
  const { position: locate } = store.database
  const noteWrites = async () => {
    const { note } = positions?.next() ?? {}
    const position = await locate?.()
    note?.(position)
    return position ?? ''
  }
  const withPosition = (database: Database): Database => (locate ? { ...database, position: noteWrites } : database)
  const { adminToken, now } = options
  const roles = options.access ? readRoles(options.access, files.model, limits) : (options.roles ?? [])
  const hasRules = roles.length > 0 || adminToken !== undefined
  const server = createServer({
    limits,
    hasRules,
    page: options.page,
    ...(options.profile && { profile: options.profile }),
    config: { host: '127.0.0.1', allowedHosts: [], corsOrigins: [] },
    logger,
    isReady: async () => !(await store.check()).isReadOnly,
    metrics,
    tracer,
    ...(options.stallTime !== undefined && { stallTime: options.stallTime }),
    metricsFor: options.access || options.adminToken !== undefined ? 'admins' : 'everyone',
  })
  const { database } = store
  const { identify, forget } = createIdentify({ database, adminToken, roles, logger, ...(now && { now }) })
  const warningsOf = (name: string) => warnOfToken(roles, adminToken !== undefined, name)
  const tokens = createTokens({ database, logger, warningsOf, onRevoked: forget })
  const areCallersReal = adminToken !== undefined || options.access === undefined
  const access = hasRules
    ? createAccess({ roles, identify: areCallersReal ? identify : createTestIdentify(roles), limits })
    : openAccess
  const webhooks = options.openWebhooks?.({ database, feed: store.feed })
  let model = files.model
  let generation = 0
  const prepare = (consent: string | undefined) =>
    store.prepare({
      files,
      consent,
      serve(served) {
        model = served.model
        generation = served.generation
        const { shares, administration, feed } = store
        const { conditionalReads = access.conditionalReads(model) } = options
        const schema = buildSchema(model, { conditionalReads })
        const granted = access.serve(model, schema)
        webhooks?.serve({ model, schema, limits })
        const rightsOf = ({ author, identity }: Caller) => options.rights?.(author, identity) ?? granted(identity)
        const { introspection } = { ...openProfile, ...options.profile }
        const introspects = (caller: Caller) =>
          introspection ||
          ((options.rights !== undefined || caller.identity.kind !== 'everyone') && rightsOf(caller).isAdmin)
        server.serve({
          schema,
          exampleQueries: [],
          identify: access.identify,
          introspects,
          createContext: (caller) => {
            options.onCaller?.(caller)
            return createRequestContext({
              model: served.model,
              limits,
              author: caller.author,
              position: caller.position ?? positions?.next().sent,
              introspects: introspects(caller),
              database: withPosition(shares.open(callerOf(caller.identity))),
              administration,
              rights: rightsOf(caller),
              tokens,
              feed,
              ...(webhooks && { webhooks: webhooks.administration }),
              waits: store.waits,
              streams: store.streams,
              asker: describeCaller(caller),
              metrics,
              tracer,
            })
          },
        })
      },
    })
  try {
    await (options.consent === 'any' ? consentTo(prepare) : prepare(options.consent))
    while (options.awaitsReplicas !== false && store.replicas && store.replicas.listUsed().length < replicaUrls.length)
      await sleep(5)
  } catch (error) {
    await store.close()
    await testDatabase.drop()
    throw error
  }
  await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.http.address() as AddressInfo).port}/graphql`
  const pool = new pg.Pool({ ...testDatabase.connection, max: 2 })
  // Dropping the database may end a connection that is just closing.
  pool.on('error', () => undefined)

  const query = async (
    text: string,
    variables?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<GraphqlAnswer> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: text, variables }),
    })
    const { extensions, ...answer } = (await response.json()) as GraphqlAnswer
    // The tests of replicas expect positions; the others need not know on what they run.
    return options.replicaUrls && extensions ? { ...answer, extensions } : answer
  }
  return {
    url,
    get model() {
      return model
    },
    get generation() {
      return generation
    },
    database: store.database,
    feed: store.feed,
    usedReplicas: () => store.replicas?.listUsed() ?? [],
    databaseUrl: testDatabase.url,
    connection: testDatabase.connection,
    query,
    async data(text, variables, headers) {
      const answer = await query(text, variables, headers)
      if (answer.errors) throw new Error(JSON.stringify(answer.errors, null, 2))
      return answer.data
    },
    async sql(text, values) {
      const { rows } = await pool.query(text, values)
      await noteWrites()
      return rows
    },
    async close() {
      store.waits.stop()
      store.streams.stop()
      await server.drain(1_000)
      await pool.end()
      await webhooks?.close()
      await store.close()
      await testDatabase.drop()
    },
  }
}

function readRoles(texts: readonly string[], model: TemplateModel, limits: Limits): readonly Role[] {
  const context = { model, schema: buildSchema(model), limits }
  const { roles, issues } = parseRoles(
    texts.map((text, i) => ({ file: `role${i}.yaml`, text })),
    context,
  )
  if (issues.length > 0) throw new Error(printIssues(issues))
  return roles
}

function useDatabase(url: string): TestDatabase {
  return { connection: connectionOf(url), url, drop: async () => undefined }
}

/** Starts, and if that needs consent, starts with the consent that it asks for. */
async function consentTo(prepare: (consent: string | undefined) => Promise<void>): Promise<void> {
  try {
    await prepare(undefined)
  } catch (error) {
    const digest = /ACCEPT_TEMPLATES=(\w+)/.exec((error as Error).message)?.[1]
    if (digest === undefined) throw error
    await prepare(digest)
  }
}

/** What `prepare` of a store takes for these templates, served by nobody. */
export function applying(model: TemplateModel): TemplatesToApply {
  return { files: { model, placeOf: () => undefined }, serve: () => undefined }
}

export function parseTexts(templates: readonly string[]): TemplateModel {
  const result = parseTemplates(templates.map((text, i) => ({ file: `template${i}.yaml`, text })))
  if ('issues' in result) throw new Error(JSON.stringify(result.issues, null, 2))
  return result.model
}
