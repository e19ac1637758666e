import { readFileSync } from 'node:fs'
import { describeFileError } from '../../explain-file-error.ts'
import { createUsageError } from '../cli-error.ts'
import type { Address } from './address.ts'

/** What requests say of who sends them. */
export interface Credentials {
  /** The value of the header `Authorization`, if there are credentials. */
  readonly authorization: string | undefined
  /** Where they come from; `withheld` if they are for another registry. */
  readonly source: Token['name'] | 'address' | 'none' | 'withheld'
  /** The texts that must not be shown. */
  readonly secrets: readonly string[]
}

/** The credentials for an address: `token`, or the user and password that the address has. */
export function findCredentials(address: Address, token: Token | undefined): Credentials {
  const own = address.toAuthorization()
  const authorization = token ? `Bearer ${token.text}` : own
  const encoded = own?.slice('Basic '.length)
  return {
    authorization,
    source: token?.name ?? (own ? 'address' : 'none'),
    secrets: [...address.listSecrets(), ...(token ? [token.text] : []), ...(encoded ? [encoded] : [])],
  }
}

/** For a registry that the credentials of the environment are not for. */
export const withheld: Credentials = { authorization: undefined, source: 'withheld', secrets: [] }

export interface Token {
  readonly name: 'REGISTRY_TOKEN' | 'REGISTRY_TOKEN_FILE'
  readonly text: string
}

/**
 * The token of the environment: REGISTRY_TOKEN, or what is in the file that REGISTRY_TOKEN_FILE names. A variable that is
 * empty counts as not set. Throws a usage error, which does not show the token, if there is none in the file, if no request can
 * carry it, or if both variables are set.
 */
export function readToken(): Token | undefined {
  const given = process.env['REGISTRY_TOKEN']?.trim()
  const file = process.env['REGISTRY_TOKEN_FILE']
  if (given && file)
    throw createUsageError('REGISTRY_TOKEN and REGISTRY_TOKEN_FILE are both set. Unset the one that is not meant.')
  if (file) return { name: 'REGISTRY_TOKEN_FILE', text: assertToken('REGISTRY_TOKEN_FILE', readTokenFile(file), file) }
  return given ? { name: 'REGISTRY_TOKEN', text: assertToken('REGISTRY_TOKEN', given) } : undefined
}

function readTokenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw createUsageError(`REGISTRY_TOKEN_FILE: ${describeFileError(file, error)}`)
  }
}

/** A header takes visible ASCII characters; a space would end the token. */
function assertToken(name: Token['name'], text: string, file?: string): string {
  const place = file === undefined ? name : `${name}: the file ${JSON.stringify(file)}`
  if (!text) throw createUsageError(`${place} is empty. Write the token into it.`)
  if (/^bearer\s/i.test(text)) throw createUsageError(`${place} begins with "Bearer". Give the token alone.`)
  if (/[^\x21-\x7e]/.test(text))
    throw createUsageError(`${place} has a space, a line break or another character that no token has. Check it.`)
  return text
}
