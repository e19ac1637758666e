import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Profile } from '../config.ts'
import type { ErrorCode } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { Logger } from '../logger.ts'
import { createGraphiql } from './create-graphiql.ts'
import { createGraphqlListener } from './create-graphql-listener.ts'
import { createSchemaListener } from './create-schema-listener.ts'
import type { Route, Served } from './create-server.ts'
import { createBadgeListener } from './page/create-badge-listener.ts'
import { respond } from './send/respond.ts'

export const graphqlMethods = ['GET', 'HEAD', 'POST']
export const readMethods = ['GET', 'HEAD']
/** Stands for every path of a badge. */
export const badgeRoute = '/badge'

/** The routes that need the templates, by path. */
export function createGraphqlRoutes(
  served: Served,
  options: { readonly profile: Profile; readonly limits: Limits; readonly logger: Logger },
): ReadonlyMap<string, Route> {
  const { profile, limits, logger } = options
  const graphiql = profile.graphiql ? createGraphiql(served.exampleQueries) : undefined
  const graphqlListener = createGraphqlListener({ ...served, logger }, limits)
  const schema = createSchemaListener(served, profile.introspection)
  const graphql: Route = {
    methods: graphqlMethods,
    listener: (context) => {
      const { req, res } = context
      const reads = req.method === 'GET' || req.method === 'HEAD'
      if (graphiql && reads && wantsPage(req)) return graphiql(res)
      if (reads && !profile.getQueries) return refuseToRead(res)
      if (req.method === 'HEAD') return respond(res, 405, '', { Allow: 'GET, POST' })
      if (req.method === 'GET' && isFromForeignPage(req, res)) return refuseForeignPage(res)
      if (schema.refuseOther(res)) return
      return graphqlListener(context)
    },
  }
  return new Map<string, Route>([
    ['/graphql', graphql],
    ['/graphql/', graphql],
    ['/schema.graphql', { methods: readMethods, listener: schema.sendSdl }],
    [badgeRoute, { methods: readMethods, listener: createBadgeListener({ ...served, logger }) }],
  ])
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

function refuseForeignPage(response: ServerResponse): void {
  const message = 'A page of another site may not send queries, unless its origin is in the setting CORS_ORIGINS.'
  refuse(response, 403, { message, code: 'FORBIDDEN' })
}

function refuseToRead(response: ServerResponse): void {
  const message = 'Queries are not taken by GET here: send them by POST, as JSON.'
  refuse(response, 405, { message, code: 'BAD_USER_INPUT' }, { Allow: 'POST' })
}

function refuse(
  response: ServerResponse,
  status: number,
  { message, code }: { readonly message: string; readonly code: ErrorCode },
  headers: Readonly<Record<string, string>> = {},
): void {
  const errors = [{ message, extensions: { code } }]
  respond(response, status, `${JSON.stringify({ errors })}\n`, {
    'Content-Type': 'application/json; charset=utf-8',
    ...headers,
  })
}
