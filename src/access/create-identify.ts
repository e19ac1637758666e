import { createHash, timingSafeEqual } from 'node:crypto'
import { GraphQLError } from 'graphql'
import type { Logger } from '../logger.ts'
import type { Database } from '../store/database.ts'
import { adminActor } from '../store/tokens/token-name.ts'
import { tokenPrefix } from '../store/tokens/token-text.ts'
import { createFailureLog } from './create-failure-log.ts'
import { createTokenCheck } from './create-token-check.ts'
import { everyone, type Identify, type Identity } from './identity.ts'
import { createJobCheck, type JobCheck } from './jobs/create-job-check.ts'
import { parseBearer } from './parse-bearer.ts'
import { refuseCredentials } from './refuse-credentials.ts'
import type { Role, Who } from './role.ts'

export interface Identification {
  readonly identify: Identify
  /** Looks up every token again, because one has been revoked. */
  readonly forget: () => void
}

/**
 * Finds out who sends a request: by no credentials at all, ADMIN_TOKEN, a token of the database, or the token of a job. Without role
 * files and ADMIN_TOKEN, there is nobody to tell from others, and credentials are not looked at.
 */
export function createIdentify(given: {
  readonly database: Database
  readonly adminToken: string | undefined
  readonly roles: readonly Role[]
  readonly logger: Logger
  /** Default: made of the roles. */
  readonly jobs?: JobCheck
  /** In milliseconds since 1970. */
  readonly now?: () => number
}): Identification {
  const { database, adminToken, roles, logger, now = Date.now } = given
  const { jobs = createJobCheck(roles, logger, now) } = given
  if (roles.length === 0 && adminToken === undefined) return { identify: async () => everyone, forget: () => undefined }
  const failures = createFailureLog(logger)
  const forAnyone = rolesFor(roles, ({ kind }) => kind === 'anyone')
  const anonymous: Identity = { kind: 'anonymous', actor: undefined, claims: {}, roles: forAnyone }
  const admin: Identity = { kind: 'admin', actor: adminActor, claims: {}, roles: [] }
  const adminDigest = adminToken === undefined ? undefined : digest(adminToken)
  const tokens = createTokenCheck({
    database,
    rolesOf: (name) => rolesFor(roles, (who) => who.kind === 'anyone' || (who.kind === 'token' && who.name === name)),
    now,
    report: (error) => logger.warn({ err: error }, 'could not record that a token was used'),
  })

  async function identifyBearer(bearer: string): Promise<Identity> {
    if (adminDigest && timingSafeEqual(digest(bearer), adminDigest)) return admin
    if (bearer.startsWith(tokenPrefix)) return tokens.identify(bearer)
    if (jobs.isToken(bearer)) return jobs.identify(bearer, digest(bearer).toString('base64'))
    throw refuseCredentials(
      'TOKEN_UNKNOWN',
      `The token is neither one of this registry (these begin with ${tokenPrefix}) nor that of a job.`,
    )
  }

  return {
    async identify(authorization) {
      try {
        const bearer = parseBearer(authorization)
        return bearer === undefined ? anonymous : await identifyBearer(bearer)
      } catch (error) {
        if (error instanceof GraphQLError) failures.note(error)
        throw error
      }
    },
    forget: tokens.forget,
  }
}

function rolesFor(roles: readonly Role[], isFor: (who: Who) => boolean): readonly Role[] {
  return roles.filter(({ who }) => who.some(isFor))
}

/** Digests have one length, so that the comparison takes the same time for all texts. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
