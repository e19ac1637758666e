import type { ErrorCode } from '../errors.ts'
import { graphqlMethods, graphqlRouteNames } from './create-graphql-routes.ts'
import type { Route } from './create-server.ts'
import { noteRefusal } from './note-refusal.ts'
import { respond } from './send/respond.ts'

export const waitingText = 'The registry is waiting for its database; try again shortly.'

/** The routes while there is nothing to serve yet, because the database is awaited. */
export const waitingRoutes: ReadonlyMap<string, Route> = new Map(
  Object.entries(graphqlRouteNames).map(([path, name]) => [
    path,
    {
      name,
      methods: graphqlMethods,
      listener(context) {
        const code = 'SERVICE_UNAVAILABLE' satisfies ErrorCode
        noteRefusal(context, code)
        const errors = [{ message: waitingText, extensions: { code } }]
        respond(context.res, 503, `${JSON.stringify({ errors })}\n`, {
          'Content-Type': 'application/json; charset=utf-8',
          'Retry-After': 1,
        })
      },
    },
  ]),
)
