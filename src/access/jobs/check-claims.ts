import type { JWTPayload, ProtectedHeaderParameters } from 'jose'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { quote } from '../../template/quote.ts'
import { refuseCredentials } from '../refuse-credentials.ts'

/** Signatures that only the issuer can make. With `HS256`, whoever checks them could. */
export const algorithms: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/** Clocks may differ by so much, in seconds. */
export const clockSkew = 60

/** In bytes. What a caller has written is counted under its name, which an index has to hold. OpenID Connect allows 255. */
const longestSubject = 1_000

/** A token of a job as it says of itself. */
export interface DecodedToken {
  readonly header: ProtectedHeaderParameters
  readonly claims: JWTPayload
}

/** Undefined if the text is no JSON Web Token. */
export function decodeToken(text: string): DecodedToken | undefined {
  try {
    return { header: decodeProtectedHeader(text), claims: decodeJwt(text) }
  } catch {
    return undefined
  }
}

/** The audiences that a token is for. */
export function audiencesOf({ aud }: JWTPayload): readonly string[] {
  return [aud ?? []].flat().filter((one) => typeof one === 'string')
}

/**
 * Throws UNAUTHENTICATED for a token that no signature could make good: so an expired one lets nobody ask its issuer. `now` is in
 * seconds since 1970.
 */
export function assertClaims({ header, claims }: DecodedToken, audiences: ReadonlySet<string>, now: number): void {
  const { alg } = header
  if (typeof alg !== 'string' || !algorithms.includes(alg))
    throw refuseCredentials(
      'ALGORITHM_REFUSED',
      `The token is signed with ${quote(alg ?? null)}; this registry takes ${algorithms.join(', ')}.`,
    )
  const { exp, nbf, iat, sub } = claims
  if (!audiencesOf(claims).some((audience) => audiences.has(audience)))
    throw refuseCredentials(
      'AUDIENCE_WRONG',
      `The token is for the audience ${quote(claims.aud ?? null)}, which no role file names for its issuer. Ask for a token with the audience of this registry.`,
    )
  if (typeof exp !== 'number') throw refuseCredentials('CLAIM_MISSING', 'The token has no exp: it would never expire.')
  if (exp + clockSkew <= now)
    throw refuseCredentials('TOKEN_EXPIRED', `The token expired at ${toTime(exp)}. Ask for a new one in the job.`)
  for (const [name, time] of Object.entries({ nbf, iat }))
    if (typeof time === 'number' && time - clockSkew > now)
      throw refuseCredentials(
        'TOKEN_NOT_YET_VALID',
        `The token is valid from ${toTime(time)} on (${name}). Compare the clocks of the issuer and of this registry.`,
      )
  if (typeof sub !== 'string' || sub === '' || /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(sub))
    throw refuseCredentials('CLAIM_MISSING', 'The token has no sub that its holder could be known by.')
  if (Buffer.byteLength(sub) > longestSubject)
    throw refuseCredentials('CLAIM_TOO_LONG', `The sub of the token has more than ${longestSubject} bytes.`)
}

function toTime(seconds: number): string {
  const time = new Date(seconds * 1_000)
  return Number.isNaN(time.getTime()) ? `${seconds} s` : time.toISOString()
}
