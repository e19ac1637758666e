import { readFileSync } from 'node:fs'
import { describeFileError } from '../../explain-file-error.ts'
import { createUsageError } from '../cli-error.ts'
import type { Address } from './address.ts'

/** What requests say of who sends them. */
export interface Credentials {
  /** Where they come from; `withheld` if they are for another registry. */
  readonly source: Token['source'] | 'address' | 'none' | 'withheld'
  /** The texts that must not be shown, with every token that has been sent. */
  readonly secrets: ReadonlySet<string>
  /**
   * The value of the header `Authorization`; undefined for none. `refused` is one that the registry has not accepted: another one
   * comes then if there is one, else the same again.
   */
  readonly authorize: (refused?: string) => Promise<string | undefined>
}

/** A token, wherever it comes from. */
export interface Token {
  /** A variable, or that GitHub or another service made the token for this job. */
  readonly source: 'REGISTRY_TOKEN' | 'REGISTRY_TOKEN_FILE' | 'github' | 'job'
  /** The token to send now. `refused` is one that the registry has not accepted. */
  readonly read: (refused?: string) => string | Promise<string>
}

const bearer = 'Bearer '

/** The credentials for an address: `token`, or the user and password that the address has. */
export function findCredentials(address: Address, token: Token | undefined): Credentials {
  const own = address.toAuthorization()
  const encoded = own?.slice('Basic '.length)
  const secrets = new Set([...address.listSecrets(), ...(encoded ? [encoded] : [])])
  if (!token) return { source: own ? 'address' : 'none', secrets, authorize: async () => own }
  return {
    source: token.source,
    secrets,
    async authorize(refused) {
      const text = await token.read(refused?.slice(bearer.length))
      secrets.add(text)
      return bearer + text
    },
  }
}

/** For a registry that the credentials of the environment are not for. */
export const withheld: Credentials = { source: 'withheld', secrets: new Set(), authorize: async () => undefined }

/**
 * The token of the environment: REGISTRY_TOKEN, or what is in the file that REGISTRY_TOKEN_FILE names, which is read again if the
 * registry does not accept it. A variable that is empty counts as not set. Throws a usage error, which does not show the token, if
 * there is none in the file, if no request can carry it, or if both variables are set.
 */
export function readToken(): Token | undefined {
  const given = process.env['REGISTRY_TOKEN']?.trim()
  const file = process.env['REGISTRY_TOKEN_FILE']
  if (given && file)
    throw createUsageError('REGISTRY_TOKEN and REGISTRY_TOKEN_FILE are both set. Unset the one that is not meant.')
  if (file) {
    const source = 'REGISTRY_TOKEN_FILE'
    const readNow = () => assertToken(source, readTokenFile(file), file)
    const first = readNow()
    return { source, read: (refused) => (refused === undefined ? first : readNow()) }
  }
  if (!given) return undefined
  const text = assertToken('REGISTRY_TOKEN', given)
  return { source: 'REGISTRY_TOKEN', read: () => text }
}

function readTokenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw createUsageError(`REGISTRY_TOKEN_FILE: ${describeFileError(file, error)}`)
  }
}

/** A header takes visible ASCII characters; a space would end the token. */
function assertToken(name: Token['source'], text: string, file?: string): string {
  const place = file === undefined ? name : `${name}: the file ${JSON.stringify(file)}`
  if (!text) throw createUsageError(`${place} is empty. Write the token into it.`)
  if (/^bearer\s/i.test(text)) throw createUsageError(`${place} begins with "Bearer". Give the token alone.`)
  if (/[^\x21-\x7e]/.test(text))
    throw createUsageError(`${place} has a space, a line break or another character that no token has. Check it.`)
  return text
}
