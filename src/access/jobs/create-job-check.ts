import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Logger } from '../../logger.ts'
import { createBoundedMap } from '../../store/bounded-map.ts'
import { quote } from '../../template/quote.ts'
import type { Identity } from '../identity.ts'
import { refuseCredentials } from '../refuse-credentials.ts'
import type { Role, Who } from '../role.ts'
import { algorithms, assertClaims, audiencesOf, clockSkew, decodeToken } from './check-claims.ts'
import { createIssuerKeys, type IssuerKeys, type KnownKeys } from './create-issuer-keys.ts'
import { readKeys, withoutSlash } from './load-keys.ts'
import { runOfClaims } from './run-of-claims.ts'

type JobWho = Extract<Who, { kind: 'oidc' }>

interface Issuer {
  /** As role files have it. */
  readonly name: string
  readonly audiences: ReadonlySet<string>
  readonly keys: IssuerKeys
}

interface Entry {
  readonly identity: Identity
  /** Of the keys that it was checked with. */
  readonly version: number
}

const remembered = { entries: 2_000, weight: 16 * 1_024 * 1_024 }

/** Identifies jobs by the OpenID Connect tokens that the systems which run them give them. */
export interface JobCheck {
  /** Whether the text may be such a token. */
  readonly isToken: (text: string) => boolean
  readonly identify: (text: string, digest: string) => Promise<Identity>
}

/**
 * A token that has been checked is not checked again until it expires or its issuer has other keys. `now` is in milliseconds since
 * 1970. Throws `ConfigError` for a file of keys that cannot be read.
 */
export function createJobCheck(roles: readonly Role[], logger: Logger, now: () => number): JobCheck {
  const issuers = listIssuers(roles, logger, now)
  const checked = createBoundedMap<Entry>(remembered)
  const seconds = () => now() / 1_000

  async function identify(text: string, digest: string): Promise<Identity> {
    const decoded = decodeToken(text)
    const issuer = decoded && issuers.get(withoutSlash(String(decoded.claims.iss)))
    if (!decoded || !issuer)
      throw refuseCredentials(
        'ISSUER_UNKNOWN',
        `No role file names the issuer of the token, ${quote(decoded?.claims.iss ?? null)}.`,
      )
    assertClaims(decoded, issuer.audiences, seconds())
    const keys = await issuer.keys.known()
    const known = checked.get(digest)
    if (known && known.version === keys.version) return known.identity
    const { claims, version } = await verify(text, issuer.keys, keys, now)
    const identity = toIdentity(issuer.name, claims, roles)
    checked.set(digest, { identity, version }, text.length)
    return identity
  }

  return { isToken: (text) => decodeToken(text) !== undefined, identify }
}

function listIssuers(roles: readonly Role[], logger: Logger, now: () => number): ReadonlyMap<string, Issuer> {
  const entries = roles.flatMap(({ who }) => who.filter((one): one is JobWho => one.kind === 'oidc'))
  return new Map(
    [...new Set(entries.map(({ issuer }) => withoutSlash(issuer)))].map((name) => {
      const own = entries.filter(({ issuer }) => withoutSlash(issuer) === name)
      const files = [...new Set(own.flatMap(({ keys }) => keys ?? []))].map(readKeys)
      const load = files.length > 0 ? async () => ({ keys: files.flatMap(({ keys }) => keys) }) : undefined
      return [
        name,
        {
          name,
          audiences: new Set(own.map(({ audience }) => audience)),
          keys: createIssuerKeys(name, logger, now, load),
        },
      ]
    }),
  )
}

async function verify(
  text: string,
  issuerKeys: IssuerKeys,
  keys: KnownKeys,
  now: () => number,
): Promise<{ readonly claims: JWTPayload; readonly version: number }> {
  try {
    return { claims: await verifyWith(text, keys, now), version: keys.version }
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
  }
  // The issuer may have new keys.
  const renewed = await issuerKeys.renew()
  try {
    return { claims: await verifyWith(text, renewed, now), version: renewed.version }
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
    throw refuseCredentials('KEY_UNKNOWN', 'The token is signed with a key that its issuer does not have.')
  }
}

async function verifyWith(text: string, { find }: KnownKeys, now: () => number): Promise<JWTPayload> {
  const options = { algorithms: [...algorithms], clockTolerance: clockSkew, currentDate: new Date(now()) }
  try {
    return (await jwtVerify(text, find, options)).payload
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw error
    // Others come from the token, or from a key that is none.
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw refuseSignature()
    // The token does not say which of the keys it is signed with.
    for await (const key of error) {
      const verified = await jwtVerify(text, key, options).catch(() => undefined)
      if (verified) return verified.payload
    }
    throw refuseSignature()
  }
}

function refuseSignature() {
  return refuseCredentials('SIGNATURE_WRONG', 'The signature of the token is not that of its issuer.')
}

function toIdentity(issuer: string, claims: JWTPayload, roles: readonly Role[]): Identity {
  const audiences = audiencesOf(claims)
  const isFor = (who: Who) =>
    who.kind === 'anyone' ||
    (who.kind === 'oidc' &&
      withoutSlash(who.issuer) === issuer &&
      audiences.includes(who.audience) &&
      Object.entries(who.claims).every(([name, value]) => textOf(claims, name) === value))
  return {
    kind: 'oidc',
    actor: `${claims.sub}@${new URL(issuer).host}`,
    run: runOfClaims(issuer, claims),
    claims,
    roles: roles.filter(({ who }) => who.some(isFor)),
  }
}

/** A claim as a role file has it: numbers and booleans as they are written in JSON. Lists and objects equal no text. */
function textOf(claims: JWTPayload, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : undefined
}
