import { type SplitAddress, splitCredentials } from '../../client/split-credentials.ts'
import { createUsageError } from '../cli-error.ts'

/**
 * The address of a registry or a proxy. As text, in messages and in files it is what `shown` says: without user, password and
 * query, any of which may be a secret. What only a request may see has to be asked for.
 */
export class Address {
  /** The address without what may be secret. */
  readonly shown: string
  /** Whether it is of this machine, whichever that is. */
  readonly isLoopback: boolean
  readonly #parts: SplitAddress

  constructor(url: URL) {
    this.#parts = splitCredentials(url)
    const bare = new URL(this.#parts.url)
    bare.search = ''
    bare.hash = ''
    this.shown = bare.href
    this.isLoopback = /^(?:(?:.+\.)?localhost\.?|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])$/.test(url.hostname)
  }

  toString(): string {
    return this.shown
  }

  /** Where a request goes: the query is part of it, the user and the password are not. */
  toTarget(): URL {
    return new URL(this.#parts.url)
  }

  /** The value of `Authorization`, if the address has a user or a password. */
  toAuthorization(): string | undefined {
    return this.#parts.authorization
  }

  /** The texts that nobody may see. */
  listSecrets(): readonly string[] {
    const { url, user, password } = this.#parts
    return [password || user, ...url.searchParams.values()]
      .filter((text) => text !== '')
      .flatMap((text) => [text, encodeURIComponent(text)])
  }
}

/** What an address is of, and what it looks like. */
const kinds = {
  registry: 'the address of a registry. It looks like http://127.0.0.1:4000/graphql',
  proxy: 'the address of a proxy. It looks like http://proxy.example.org:3128',
} as const

/** An `@` behind what looks like host and port: rather a `/`, `?` or `#` in a password that begins with a digit. */
const likelyPassword = /^\s*https?:\/\/[^/?#@]*:\d+[/?#].*@/is

/** Reads the address that the variable or option `name` has. Throws a usage error, which shows no credentials. */
export function parseAddress(text: string, name: string, kind: keyof typeof kinds): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && ['http:', 'https:'].includes(url.protocol) && !likelyPassword.test(text)) {
    if (kind === 'registry' && url.pathname === '/') url.pathname = '/graphql'
    return new Address(url)
  }
  const hint = text.includes('@')
    ? '\nIn a user or password, write %2F for /, %3F for ?, %23 for #, %3A for :, %25 for %; anywhere behind them, write %40 for @.'
    : ''
  throw createUsageError(`${name}: ${JSON.stringify(hideCredentials(text))} is not ${kinds[kind]}${hint}`)
}

/** A text of a stored or foreign address, as `Address.shown` has it if it can be read. */
export function showAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url && ['http:', 'https:'].includes(url.protocol) ? new Address(url).shown : hideCredentials(text)
}

/**
 * Hides what may be credentials in an address that cannot be read, with all that might belong to them: a password with a `/`
 * looks like a host, a port and a path.
 */
function hideCredentials(text: string): string {
  return text
    .replace(/^([a-z][\w+.-]*:\/\/)?.*@/is, '$1***@')
    .replace(/[?#].*$/s, '?***')
    .replace(/:(?!\/\/|\d{1,5}(?:[/?#]|$)).*$/s, ':***')
}
