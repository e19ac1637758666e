import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorCode } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { Logger } from '../logger.ts'
import type { Profile } from '../settings.ts'
import { createGraphiql } from './create-graphiql.ts'
import { createGraphqlListener } from './create-graphql-listener.ts'
import { createSchemaListener } from './create-schema-listener.ts'
import type { Route, Served } from './create-server.ts'
import type { Turns } from './create-turns.ts'
import { noteRefusal } from './note-refusal.ts'
import { createBadgeListener } from './page/create-badge-listener.ts'
import { respond } from './send/respond.ts'
import type { ServerContext } from './server-context.ts'

export const graphqlMethods = ['GET', 'HEAD', 'POST']
export const readMethods = ['GET', 'HEAD']
/** Stands for every path of a badge. */
export const badgeRoute = '/badge'

/** What the metrics call the routes that need the templates, by path. */
export const graphqlRouteNames = {
  '/graphql': 'graphql',
  '/graphql/': 'graphql',
  '/schema.graphql': 'schema',
  [badgeRoute]: 'badge',
} as const

/** The routes that need the templates, by path. */
export function createGraphqlRoutes(
  served: Served,
  options: {
    readonly profile: Profile
    readonly limits: Limits
    readonly logger: Logger
    /** Undefined: requests begin as they come. */
    readonly turns: Turns | undefined
  },
): ReadonlyMap<string, Route> {
  const { profile, limits, logger, turns } = options
  const graphiql = profile.graphiql ? createGraphiql(served.exampleQueries) : undefined
  const graphqlListener = createGraphqlListener({ ...served, logger }, limits)
  const schema = createSchemaListener(served, profile.introspection)
  const graphql: Route = {
    name: 'graphql',
    methods: graphqlMethods,
    listener: (context) => {
      const { req, res } = context
      const reads = req.method === 'GET' || req.method === 'HEAD'
      if (graphiql && reads && wantsPage(req)) return graphiql(res)
      if (reads && !profile.getQueries) return refuseToRead(context)
      if (req.method === 'HEAD') return respond(res, 405, '', { Allow: 'GET, POST' })
      if (req.method === 'GET' && isFromForeignPage(req, res)) return refuseForeignPage(context)
      if (schema.refuseOther(res)) return
      return graphqlListener(context)
    },
  }
  const routes = new Map<string, Route>([
    ['/graphql', graphql],
    ['/graphql/', graphql],
    ['/schema.graphql', { name: 'schema', methods: readMethods, listener: schema.sendSdl }],
    [badgeRoute, { name: 'badge', methods: readMethods, listener: createBadgeListener({ ...served, logger }) }],
  ])
  return turns ? new Map(Array.from(routes, ([path, route]) => [path, inTurn(route, turns)])) : routes
}

/** Lets requests for that route begin in turns of their callers. */
export function inTurn(route: Route, turns: Turns): Route {
  return {
    ...route,
    listener(context) {
      const { req, res } = context
      return turns.run(
        req.headers.authorization,
        () => res.destroyed,
        () => route.listener(context),
      )
    },
  }
}

/** Whether a browser opens the address, as opposed to a program that sends a query. */
export function wantsPage(request: IncomingMessage): boolean {
  return request.headers.accept?.includes('text/html') === true
}

/**
 * Whether a page of another site sends the query, as an image or a script, which no browser asks about beforehand. A page
 * whose origin is allowed sends it too: `applyCors` has told the browser so.
 */
function isFromForeignPage({ headers }: IncomingMessage, response: ServerResponse): boolean {
  return headers['sec-fetch-site'] === 'cross-site' && !response.hasHeader('Access-Control-Allow-Origin')
}

function refuseForeignPage(context: ServerContext): void {
  const message = 'A page of another site may not send queries, unless its origin is in the setting CORS_ORIGINS.'
  refuse(context, 403, { message, code: 'FORBIDDEN' })
}

function refuseToRead(context: ServerContext): void {
  const message = 'Queries are not taken by GET here: send them by POST, as JSON.'
  refuse(context, 405, { message, code: 'BAD_USER_INPUT' }, { Allow: 'POST' })
}

function refuse(
  context: ServerContext,
  status: number,
  { message, code }: { readonly message: string; readonly code: ErrorCode },
  headers: Readonly<Record<string, string>> = {},
): void {
  noteRefusal(context, code)
  const errors = [{ message, extensions: { code } }]
  respond(context.res, status, `${JSON.stringify({ errors })}\n`, {
    'Content-Type': 'application/json; charset=utf-8',
    ...headers,
  })
}
