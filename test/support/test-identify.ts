import type { Identify, Identity } from '../../src/access/identity.ts'
import { parseBearer } from '../../src/access/parse-bearer.ts'
import type { Role, Who } from '../../src/access/role.ts'
import { createCallerError } from '../../src/errors.ts'

/** The names of tokens that have ended. */
export const endedTokens = new Set<string>()

/**
 * Identities that a test chooses by the bearer: `test:NAME` is the token of that name, `test:admin!` the administrator, and what
 * `jobToken` prints is that of a job. Other tokens are refused.
 */
export function createTestIdentify(roles: readonly Role[]): Identify {
  const named = (matches: (who: Who) => boolean) => roles.filter(({ who }) => who.some(matches))
  const anonymous: Identity = {
    kind: 'anonymous',
    actor: undefined,
    claims: {},
    roles: named(({ kind }) => kind === 'anyone'),
  }
  return async (authorization) => {
    const bearer = parseBearer(authorization)
    if (bearer === undefined) return anonymous
    if (bearer === 'test:admin!') return { kind: 'admin', actor: 'admin', claims: {}, roles: [] }
    const name = /^test:(.+)$/.exec(bearer)?.[1]
    if (name !== undefined && !endedTokens.has(name))
      return {
        kind: 'token',
        actor: name,
        claims: {},
        roles: named((who) => who.kind === 'token' && who.name === name),
      }
    const job = /^job:(.+)$/.exec(bearer)?.[1]
    if (job === undefined) throw createCallerError('UNAUTHENTICATED', 'This is no token of the test.')
    const claims: Readonly<Record<string, unknown>> = JSON.parse(Buffer.from(job, 'base64url').toString())
    return {
      kind: 'oidc',
      actor: `${claims['sub']}@${new URL(String(claims['iss'])).host}`,
      claims,
      roles: named(
        (who) =>
          who.kind === 'oidc' &&
          who.issuer === claims['iss'] &&
          who.audience === claims['aud'] &&
          Object.entries(who.claims).every(([claim, value]) => claims[claim] === value),
      ),
    }
  }
}

/** The headers of the administrator. */
export const asAdmin = { authorization: 'Bearer test:admin!' }

/** The headers of a caller with the token of that name. */
export function asToken(name: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer test:${name}` }
}

/** The headers of a job with these claims: `iss`, `aud`, `sub` and others. */
export function asJob(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return { authorization: `Bearer job:${Buffer.from(JSON.stringify(claims)).toString('base64url')}` }
}
