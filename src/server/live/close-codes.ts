import { hasCode } from '../../errors.ts'

/** As the protocol of graphql-ws and RFC 6455 have them. */
export const codes = {
  goingAway: 1001,
  restart: 1012,
  tryAgainLater: 1013,
  badRequest: 4400,
  unauthorized: 4401,
  forbidden: 4403,
} as const

/** Why a connection cannot be had. Only what has nothing to do with the client may be otherwise the next time. */
export function closeCodeOf(error: unknown): number {
  if (hasCode(error, 'UNAUTHENTICATED')) return codes.unauthorized
  if (hasCode(error, 'FORBIDDEN')) return codes.forbidden
  return hasCode(error, 'BAD_USER_INPUT') ? codes.badRequest : codes.tryAgainLater
}
