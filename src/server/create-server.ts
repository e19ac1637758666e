/** The HTTP server: it is created here and listens elsewhere. */

import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { GraphQLSchema } from 'graphql'
import type { Config } from '../config.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import type { Logger } from '../logger.ts'
import type { RequestContext } from '../schema/request-context.ts'
import { applyCors } from './apply-cors.ts'
import type { Caller } from './caller.ts'
import { createGraphiql, type ExampleQuery } from './create-graphiql.ts'
import { createGraphqlListener } from './create-graphql-listener.ts'
import { createReadiness } from './create-readiness.ts'
import { createSchemaHash } from './create-schema-hash.ts'
import { createSdlListener } from './create-sdl-listener.ts'
import { cutStalledSockets } from './cut-stalled-sockets.ts'
import { drainServer } from './drain-server.ts'
import { listOwnHosts } from './list-own-hosts.ts'
import { logRequest } from './log-request.ts'
import { parseTarget } from './parse-target.ts'
import { createByteBudget } from './send/create-byte-budget.ts'
import { respond } from './send/respond.ts'
import type { ServerContext } from './server-context.ts'

export interface RegistryServerOptions {
  readonly schema: GraphQLSchema
  readonly config: Pick<Config, 'host' | 'allowedHosts' | 'corsOrigins'>
  readonly logger: Logger
  /** Makes the GraphQL context of one request. */
  readonly createContext: (caller: Caller) => RequestContext | Promise<RequestContext>
  /** Whether the database answers. May reject or never settle. */
  readonly isReady: () => Promise<boolean>
  /** What GraphiQL opens with, a tab each. */
  readonly exampleQueries: readonly ExampleQuery[]
  /** Limits that differ from their defaults. */
  readonly limits?: Partial<Limits>
  /** How long a client may leave an answer unread until it is cut off, in milliseconds; 30 s unless given. */
  readonly stallTime?: number
}

export interface RegistryServer {
  /** Not listening yet. */
  readonly http: Server
  /** What its requests hold now: bodies and answers. */
  readonly bytesInFlight: () => number
  /**
   * Turns `/readyz` to 503, stops accepting, lets what runs finish for 10 s at most (or `deadline` ms), cuts the
   * rest. Resolves when no connection is left; may be called again.
   */
  readonly drain: (deadline?: number) => Promise<void>
}

type Listener = (context: ServerContext) => void | Promise<void>

interface Route {
  readonly methods: readonly string[]
  /** Whoever looks after the server may use any name for it, or none. */
  readonly anyHost?: true
  readonly listener: Listener
}

/** Creates the server with all its routes. It never listens by itself. */
export function createServer(options: RegistryServerOptions): RegistryServer {
  const { config, logger, stallTime = 30_000 } = options
  const limits = { ...defaultLimits, ...options.limits }
  const budget = createByteBudget(limits.bytesInFlight)
  const ownHosts = listOwnHosts(config)
  let drained: Promise<void> | undefined
  const running = new Set<ServerResponse>()
  const routes = createRoutes(options, limits, () => drained !== undefined)

  const answer = async (context: ServerContext): Promise<void> => {
    const { req, res } = context
    for (const [name, value] of securityHeaders) res.setHeader(name, value)
    if (drained) res.setHeader('Connection', 'close')
    const target = parseTarget(req)
    if (!target) return respond(req, res, 400, 'A request has one Host header, and it names a host.\n')
    req.url = target.url
    req.headers.host = target.authority
    const path = target.url.split('?', 1)[0] ?? ''
    const route = routes.get(path)
    if (!route?.anyHost && !ownHosts.has(target.host)) {
      return respond(
        req,
        res,
        421,
        `This server does not answer to the name "${target.host}". Ask it by a name of its own, such as localhost, or add this one to the setting ALLOWED_HOSTS.\n`,
      )
    }
    if (applyCors(req, res, config.corsOrigins)) return
    if (!route)
      return respond(req, res, 404, 'There is nothing here. GraphQL is at /graphql, its schema at /schema.graphql.\n')
    if (!route.methods.includes(req.method ?? '')) {
      return respond(req, res, 405, `${path} takes ${route.methods.join(' and ')} alone.\n`, {
        Allow: route.methods.join(', '),
      })
    }
    await route.listener(context)
  }

  const listener = (req: IncomingMessage, res: ServerResponse) => {
    const share = budget.openShare()
    const context = { req, res, budget, share }
    // What runs on after its client has hung up still holds its request.
    let ends = 0
    const end = () => {
      if (++ends === 2) share.close()
    }
    running.add(res)
    res.once('close', () => {
      running.delete(res)
      end()
    })
    logRequest(context, logger)
    // A client that hangs up in the middle is no error of the server.
    req.on('error', () => {})
    res.on('error', () => {})
    void answer(context)
      .catch((error: unknown) => {
        if (res.destroyed) return
        logger.error({ err: error }, 'unexpected error while answering a request')
        if (res.headersSent) res.destroy()
        else respond(req, res, 500, 'Something went wrong in the server. Its log says what.\n')
      })
      .finally(end)
  }

  const http = createHttpServer(
    {
      headersTimeout: 10_000,
      // The time to send 10 MB over a slow line; whoever takes longer is cut off.
      requestTimeout: 60_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
      // What is said about a missing Host header is said below.
      requireHostHeader: false,
    },
    listener,
  )
  // Whoever asks first (Expect: 100-continue) is told to go on where the body is read, or gets its refusal at once.
  http.on('checkContinue', listener)
  cutStalledSockets(http, stallTime, logger)
  return {
    http,
    bytesInFlight: budget.taken,
    drain(deadline = 10_000) {
      drained ??= drainServer(http, deadline, logger)
      for (const res of running) if (!res.headersSent) res.setHeader('Connection', 'close')
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

function createRoutes(
  options: RegistryServerOptions,
  limits: Limits,
  isDraining: () => boolean,
): ReadonlyMap<string, Route> {
  const isReady = createReadiness(options.isReady, options.logger)
  const graphiql = createGraphiql(options.exampleQueries)
  const graphqlListener = createGraphqlListener(options, limits)
  const sdl = createSdlListener(options.schema)
  const isOtherSchema = createSchemaHash(options.schema)
  const graphql: Route = {
    methods: ['GET', 'HEAD', 'POST'],
    listener: (context) => {
      const { req, res } = context
      const reads = req.method === 'GET' || req.method === 'HEAD'
      if (reads && wantsPage(req)) return graphiql(req, res)
      if (req.method === 'HEAD') return respond(req, res, 405, '', { Allow: 'GET, POST' })
      if (isOtherSchema(req, res)) return
      return graphqlListener(context)
    },
  }
  const read = ['GET', 'HEAD']
  return new Map<string, Route>([
    ['/graphql', graphql],
    ['/graphql/', graphql],
    ['/schema.graphql', { methods: read, listener: ({ req, res }) => sdl(req, res) }],
    ['/livez', { methods: read, anyHost: true, listener: ({ req, res }) => respond(req, res, 200, 'alive\n') }],
    [
      '/readyz',
      {
        methods: read,
        anyHost: true,
        listener: async ({ req, res }) => {
          if (isDraining()) respond(req, res, 503, 'draining\n')
          else if (await isReady()) respond(req, res, 200, 'ready\n')
          else respond(req, res, 503, 'not ready\n', { 'Retry-After': 1 })
        },
      },
    ],
    [
      '/',
      {
        methods: read,
        listener: ({ req, res }) => respond(req, res, 302, 'GraphQL is at /graphql.\n', { Location: '/graphql' }),
      },
    ],
  ])
}

/** A browser that opens the address, as opposed to a program that asks a query. */
function wantsPage(request: IncomingMessage): boolean {
  return request.headers.accept?.includes('text/html') === true
}
