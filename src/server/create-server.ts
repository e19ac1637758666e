/** The HTTP server: it is created here and listens elsewhere. */

import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Identify } from '../access/identity.ts'
import type { ErrorCode } from '../errors.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import type { PrintedSchema } from '../schema/lazy/lazy-schema.ts'
import type { RequestContext } from '../schema/request-context.ts'
import { type Config, openProfile, type Profile } from '../settings.ts'
import type { Tracer } from '../traces/tracer.ts'
import { applyCors } from './apply-cors.ts'
import type { Caller } from './caller.ts'
import type { ExampleQuery } from './create-graphiql.ts'
import { badgeRoute, createGraphqlRoutes, inTurn, readMethods, wantsPage } from './create-graphql-routes.ts'
import { createReadiness } from './create-readiness.ts'
import { createTurns, type Turns } from './create-turns.ts'
import { cutStalledSockets } from './cut-stalled-sockets.ts'
import { drainServer } from './drain-server.ts'
import { explainHost } from './explain-host.ts'
import { listOwnHosts } from './list-own-hosts.ts'
import { createSockets } from './live/create-sockets.ts'
import { logRequest } from './log-request.ts'
import { countRequest } from './metrics/count-request.ts'
import { createGuardedMetricsListener, createMetricsListener } from './metrics/create-metrics-listener.ts'
import { badgePath } from './page/create-badge-listener.ts'
import { createPageListener } from './page/create-page-listener.ts'
import { type PageFiles, withoutGraphiql } from './page/load-page-files.ts'
import { parseTarget } from './parse-target.ts'
import { passOnUpgrade } from './pass-on-upgrade.ts'
import { createByteBudget } from './send/create-byte-budget.ts'
import { respond } from './send/respond.ts'
import type { ServerContext } from './server-context.ts'
import { traceRequest } from './trace-request.ts'
import { waitingRoutes } from './waiting-routes.ts'

export interface RegistryServerOptions {
  readonly config: Pick<Config, 'host' | 'allowedHosts' | 'corsOrigins'>
  /** What the server shows of itself. Default: all. */
  readonly profile?: Partial<Profile>
  /** Whether it answers to any Host if `allowedHosts` is empty: where a caller without a token may do nothing. */
  readonly isGuarded?: boolean
  /** Whether there are rules of access: then the requests of callers begin in turns. */
  readonly hasRules?: boolean
  readonly logger: Logger
  /** Whether the database answers. May reject or never settle. */
  readonly isReady: () => Promise<boolean>
  /** What `/readyz` says. Default: `ready` or `not ready`. */
  readonly readyText?: (isReady: boolean) => string
  /** The page for a browser. Without it, `/` leads to GraphiQL. */
  readonly page?: PageFiles | undefined
  /** Limits that differ from their defaults. */
  readonly limits?: Partial<Limits>
  /** How long a client may leave an answer unread before its connection is closed, in milliseconds. Default: 30 s. */
  readonly stallTime?: number
  /** What it counts. */
  readonly metrics?: Metrics | undefined
  /** Traces its requests, if anyone wants traces. */
  readonly tracer?: Tracer | undefined
  /** Who gets the metrics at `/metrics`: everyone, or administrators. Undefined: nobody. */
  readonly metricsFor?: 'everyone' | 'admins' | undefined
}

/** What the server answers GraphQL requests with. */
export interface Served {
  readonly schema: PrintedSchema
  /** Makes the GraphQL context of one request. */
  readonly createContext: (caller: Caller) => RequestContext
  readonly identify: Identify
  /** Whether a caller may see the schema. */
  readonly introspects: (caller: Caller) => boolean
  /** The queries that GraphiQL opens, each in its own tab. */
  readonly exampleQueries: readonly ExampleQuery[]
}

export interface RegistryServer {
  /** Not listening yet. */
  readonly http: Server
  /** Answers GraphQL requests from now on, in place of what was served before. Until the first time, they get 503. */
  readonly serve: (served: Served) => void
  /** The bytes that its requests hold now: bodies and answers. */
  readonly bytesInFlight: () => number
  /** Turns `/readyz` to 503, and closes each connection after its next answer. Everything is still answered, on new connections too. */
  readonly turnUnready: () => void
  /**
   * Turns `/readyz` to 503, stops accepting connections, gives running requests at most 10 s (or `deadline` ms) to finish, and
   * closes the other connections. Resolves when no connection is left; may be called again.
   */
  readonly drain: (deadline?: number) => Promise<void>
}

type Listener = (context: ServerContext) => void | Promise<void>

/** What answers on a path. */
export interface Route {
  /** What the metrics call it. */
  readonly name: string
  readonly methods: readonly string[]
  /** The route accepts any Host header, or none, so that health checks always work. */
  readonly anyHost?: true
  readonly listener: Listener
}

/** Creates the server with all its routes. It never listens by itself. */
export function createServer(options: RegistryServerOptions): RegistryServer {
  const { config, logger, metrics, tracer, stallTime = 30_000 } = options
  const limits = { ...defaultLimits, ...options.limits }
  const budget = createByteBudget(limits.bytesInFlight)
  const profile = { ...openProfile, ...options.profile }
  const ownHosts = listOwnHosts({ ...config, isGuarded: options.isGuarded === true })
  const turns = options.hasRules ? createTurns() : undefined
  let drained: Promise<void> | undefined
  let isLeaving = false
  const running = new Set<ServerResponse>()
  const turnUnready = () => {
    isLeaving = true
    for (const res of running) if (!res.headersSent) res.setHeader('Connection', 'close')
  }
  let served: Served | undefined
  const findOwnRoute = createOwnRoutes(
    options,
    () => isLeaving,
    () => served,
    turns,
  )
  let graphqlRoutes: ReadonlyMap<string, Route> = waitingRoutes
  metrics?.onScrape(() => {
    metrics.set('requestsInFlight', {}, running.size)
    metrics.set('bytesInFlight', {}, budget.taken())
    metrics.set('bytesInFlightLimit', {}, limits.bytesInFlight)
  })

  const answer = async (context: ServerContext): Promise<void> => {
    const { req, res } = context
    for (const [name, value] of securityHeaders) res.setHeader(name, value)
    if (isLeaving) res.setHeader('Connection', 'close')
    const target = parseTarget(req)
    if (!target) return respond(res, 400, 'A request must have exactly one Host header, which names a host.\n')
    req.url = target.url
    req.headers.host = target.authority
    const path = target.url.split('?', 1)[0] ?? ''
    const route = findOwnRoute(path) ?? graphqlRoutes.get(badgePath.test(path) ? badgeRoute : path)
    if (route) context.route = route.name
    if (!route?.anyHost && ownHosts?.has(target.host) === false) return respond(res, 421, explainHost(target.host))
    if (applyCors(res, config.corsOrigins)) return
    if (!route)
      return respond(res, 404, 'Not found. The page is at /, GraphQL at /graphql, its schema at /schema.graphql.\n')
    if (!route.methods.includes(req.method ?? '')) {
      return respond(res, 405, `${path} accepts only ${route.methods.join(' and ')}.\n`, {
        Allow: route.methods.join(', '),
      })
    }
    // Probes and scrapes are not traced.
    if (tracer && !route.anyHost) await traceRequest(context, route.name, tracer, () => route.listener(context))
    else await route.listener(context)
  }

  const countError = (code: ErrorCode) => metrics?.count('errors', { code })
  const { corsOrigins } = config
  const sockets = createSockets({ ownHosts, corsOrigins, limits, logger, budget, turns, countError })
  const listener = (req: IncomingMessage, res: ServerResponse) => {
    const share = budget.openShare()
    const context: ServerContext = { req, res, budget, share, countError }
    // A request that keeps running after its client has disconnected still holds its bytes.
    let ends = 0
    const end = () => {
      if (++ends === 2) share.close()
    }
    running.add(res)
    const startedAt = metrics ? performance.now() : 0
    res.once('close', () => {
      if (metrics) countRequest(context, startedAt, metrics)
      running.delete(res)
      end()
    })
    logRequest(context, logger)
    // A client that disconnects early is not an error of the server.
    req.on('error', () => {})
    res.on('error', () => {})
    void answer(context)
      .catch((error: unknown) => {
        if (res.destroyed) return
        logger.error({ err: error }, 'unexpected error while answering a request')
        if (res.headersSent) res.destroy()
        else respond(res, 500, 'Something went wrong in the server. Its log has the details.\n')
      })
      .finally(end)
  }

  const http = createHttpServer(
    {
      headersTimeout: 10_000,
      // Enough time to send 10 MB over a slow line; after that, Node closes the connection.
      requestTimeout: 60_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
      // A missing Host header is reported below.
      requireHostHeader: false,
    },
    listener,
  )
  http.on('upgrade', (req, socket, head) => {
    if (req.headers.upgrade?.toLowerCase() === 'websocket') sockets.upgrade(req, socket, head)
    else passOnUpgrade(http, req, socket, head)
  })
  // A client that sends Expect: 100-continue is told to continue when its body is read, or is refused at once.
  http.on('checkContinue', listener)
  cutStalledSockets(http, stallTime, logger)
  return {
    http,
    serve(next) {
      served = turns ? { ...next, identify: turns.watch(next.identify) } : next
      sockets.serve(served)
      graphqlRoutes = createGraphqlRoutes(served, { profile, limits, logger, turns })
    },
    bytesInFlight: budget.taken,
    turnUnready,
    drain(deadline = 10_000) {
      turnUnready()
      sockets.close()
      drained ??= drainServer(http, deadline, logger)
      return drained
    },
  }
}

const securityHeaders = Object.entries({
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
})

function describeReadiness(isReady: boolean): string {
  return isReady ? 'ready' : 'not ready'
}

/** The routes that need no templates, by path. */
function createOwnRoutes(
  options: RegistryServerOptions,
  isDraining: () => boolean,
  findServed: () => Served | undefined,
  turns: Turns | undefined,
): (path: string) => Route | undefined {
  const { readyText = describeReadiness, metrics, metricsFor } = options
  const isReady = createReadiness(options.isReady, options.logger)
  const files = options.profile?.graphiql === false && options.page ? withoutGraphiql(options.page) : options.page
  const page = files && createPageListener(files)
  const start: Route = {
    name: 'page',
    methods: readMethods,
    listener({ req, res }) {
      if (page) res.appendHeader('Vary', 'Accept')
      if (page && wantsPage(req)) page.send(res, '/')
      else respond(res, 302, 'GraphQL is at /graphql.\n', { Location: '/graphql' })
    },
  }
  const routes = new Map<string, Route>([
    [
      '/livez',
      { name: 'livez', methods: readMethods, anyHost: true, listener: ({ res }) => respond(res, 200, 'alive\n') },
    ],
    [
      '/readyz',
      {
        name: 'readyz',
        methods: readMethods,
        anyHost: true,
        listener: async ({ res }) => {
          if (isDraining()) respond(res, 503, 'draining\n')
          else if (await isReady()) respond(res, 200, `${readyText(true)}\n`)
          else respond(res, 503, `${readyText(false)}\n`, { 'Retry-After': 1 })
        },
      },
    ],
    ['/', start],
  ])
  if (metrics && metricsFor) {
    const listener =
      metricsFor === 'everyone' ? createMetricsListener(metrics) : createGuardedMetricsListener(metrics, findServed)
    const route: Route = { name: 'metrics', methods: readMethods, anyHost: true, listener }
    routes.set('/metrics', turns ? inTurn(route, turns) : route)
  }
  return (path) =>
    routes.get(path) ??
    (page?.has(path) ? { name: 'page', methods: readMethods, listener: ({ res }) => page.send(res, path) } : undefined)
}
