import { readFileSync } from 'node:fs'
import { ConfigError } from '../../errors.ts'
import { explainFileError } from '../../explain-file-error.ts'
import { fetchJson, IssuerError, isTrustworthy, parseObject } from './fetch-json.ts'

/** The public keys of an issuer: a JSON Web Key Set (RFC 7517). */
export interface KeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

/** Asks the issuer for its keys, as OpenID Connect Discovery 1.0 says. Throws `IssuerError`. */
export async function fetchKeys(issuer: string): Promise<KeySet> {
  const address = `${withoutSlash(issuer)}/.well-known/openid-configuration`
  assertTrustworthy(address)
  const { issuer: named, jwks_uri: keysAddress } = await fetchJson(address)
  if (typeof named !== 'string' || withoutSlash(named) !== withoutSlash(issuer))
    throw new IssuerError(`${address} is that of another issuer`)
  if (typeof keysAddress !== 'string') throw new IssuerError(`${address} has no jwks_uri`)
  assertTrustworthy(keysAddress)
  const keys = toKeySet(await fetchJson(keysAddress))
  if (!keys) throw new IssuerError(`${keysAddress} has no keys`)
  return keys
}

/** Reads the keys of an issuer from a file of the operator's. Throws `ConfigError`. */
export function readKeys(file: string): KeySet {
  const keys = toKeySet(parseObject(readText(file)) ?? {})
  if (keys) return keys
  throw new ConfigError(
    `${file} has no keys of an issuer: expected a JSON Web Key Set, {"keys": [{"kty": "RSA", …}]}, as at the issuer's jwks_uri.`,
  )
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`The keys of an issuer, ${file}, cannot be read: ${explainFileError(error)}.`)
  }
}

function assertTrustworthy(address: string): void {
  if (!isTrustworthy(address)) throw new IssuerError(`${address} is not https, and not on this machine`)
}

function toKeySet({ keys }: Readonly<Record<string, unknown>>): KeySet | undefined {
  if (!Array.isArray(keys) || keys.length === 0) return undefined
  return keys.every((key) => typeof key === 'object' && key !== null) ? { keys } : undefined
}

/** Issuers are compared without the slash at their end, which some write and others do not. */
export function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '')
}
