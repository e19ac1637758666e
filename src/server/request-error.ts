import { GraphQLError } from 'graphql'

/**
 * The error for a request that is not a valid GraphQL request: `BAD_USER_INPUT` with its own HTTP status.
 *
 * @param issue a stable code for the only issue of the error
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
