import { GraphQLError } from 'graphql'

/**
 * A request that is no GraphQL request, or not one for this place: `BAD_USER_INPUT` with an HTTP status of its own.
 *
 * @param issue a stable code for the one issue of the error
 */
export function createRequestError(
  status: number,
  issue: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): GraphQLError {
  return new GraphQLError(message, {
    extensions: {
      code: 'BAD_USER_INPUT',
      issues: [{ path: [], code: issue, message }],
      http: { status, ...(headers && { headers }) },
    },
  })
}
