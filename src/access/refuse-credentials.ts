import type { GraphQLError } from 'graphql'
import { createCallerError } from '../errors.ts'

/** What can be wrong with credentials. It is the code of the error's issue, and failures are counted by it in the log. */
export type CredentialProblem =
  | 'BEARER_EXPECTED'
  | 'MALFORMED_CREDENTIALS'
  | 'TOKEN_MISTYPED'
  | 'TOKEN_UNKNOWN'
  | 'TOKEN_REVOKED'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_NOT_YET_VALID'
  | 'ISSUER_UNKNOWN'
  | 'AUDIENCE_WRONG'
  | 'ALGORITHM_REFUSED'
  | 'KEY_UNKNOWN'
  | 'SIGNATURE_WRONG'
  | 'CLAIM_MISSING'
  | 'CLAIM_TOO_LONG'

/** UNAUTHENTICATED: the message says what is wrong, and neither repeats the token nor tells anything of others. */
export function refuseCredentials(problem: CredentialProblem, message: string): GraphQLError {
  return createCallerError('UNAUTHENTICATED', message, {
    issues: [{ path: [], code: problem, message }],
    headers: { 'WWW-Authenticate': problem === 'BEARER_EXPECTED' ? 'Bearer' : 'Bearer error="invalid_token"' },
  })
}
