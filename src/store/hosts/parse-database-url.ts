import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { ConfigError } from '../../errors.ts'
import { explainFileError } from '../../explain-file-error.ts'

/** One of the hosts of a DATABASE_URL, and the ways to encrypt, the preferred one first. */
export interface DatabaseHost {
  /** A name, an address, or the folder of a socket. */
  readonly host: string
  readonly port: number
  readonly ssl: readonly (ConnectionOptions | false)[]
}

/** What libpq's `target_session_attrs` may be. */
const targets = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const
export type TargetSession = (typeof targets)[number]

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** A DATABASE_URL that the driver does not understand as libpq does. */
export interface DatabaseHosts {
  readonly hosts: readonly DatabaseHost[]
  readonly target: TargetSession
  /** The URL of the first host, without what is above: for the driver, which reads the rest of it. */
  readonly plainUrl: string
}

const certificates = ['sslrootcert', 'sslcert', 'sslkey']

/** The parameters that the driver reads otherwise, or not at all. */
const ownParameters: ReadonlySet<string> = new Set([
  ...['host', 'port', 'sslmode', 'target_session_attrs'],
  ...certificates,
])

const shape = /^(postgres(?:ql)?:\/\/)(?:([^@/?#]*)@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?$/i

/**
 * The hosts of a URL, in their order, with what libpq understands of `sslmode` and `target_session_attrs`; undefined if the URL has one
 * host and neither of these: the driver takes it as it is. With several hosts, the default is one that can write.
 *
 * @throws ConfigError if a value is none of libpq's, or a certificate cannot be read. The message names the setting, and repeats no password.
 */
export function parseDatabaseHosts(databaseUrl: string, setting: string): DatabaseHosts | undefined {
  const [, scheme = '', user, authority = '', path = '', query = ''] = shape.exec(databaseUrl) ?? []
  if (scheme === '') return undefined
  const parameters = query === '' ? [] : query.split('&')
  const given = new URLSearchParams(query)
  const addresses = listAddresses(authority, given, setting)
  const mode = oneOf(sslModes, 'sslmode', given, setting, ['no-verify'])
  const target = oneOf(targets, 'target_session_attrs', given, setting)
  if (addresses.length === 1 && mode === undefined && target === undefined) return undefined
  const [first] = addresses
  const kept = parameters.filter((parameter) => !ownParameters.has(parameter.replace(/=.*$/s, '')))
  const isFolder = first?.host.startsWith('/') === true
  const plainHost = isFolder ? '' : `${first?.host.includes(':') ? `[${first.host}]` : first?.host}:${first?.port}`
  const all = [...kept, ...(isFolder ? [`host=${encodeURIComponent(first.host)}`, `port=${first.port}`] : [])]
  // As the driver does with one host: who names a certificate wants it to be used.
  const isEncrypted = mode !== undefined || certificates.some((name) => given.has(name))
  const ssl = isEncrypted ? listWays(mode ?? 'verify-full', given, setting) : [false as const]
  return {
    hosts: addresses.map((address) => ({ ...address, ssl: address.host.startsWith('/') ? [false] : ssl })),
    target: target ?? (addresses.length > 1 ? 'read-write' : 'any'),
    plainUrl: `${scheme}${user === undefined ? '' : `${user}@`}${plainHost}${path}${all.length > 0 ? `?${all.join('&')}` : ''}`,
  }
}

/** From the authority, `a:5432,[::1]:5433`, or from `host=a,b&port=5432,5433`. A host without a port has the first one, or 5432. */
function listAddresses(
  authority: string,
  given: URLSearchParams,
  setting: string,
): readonly { host: string; port: number }[] {
  const hosts = given.get('host')?.split(',') ?? authority.split(',').map(decode)
  const ports = given.get('port')?.split(',') ?? authority.split(',').map((text) => /:(\d+)$/.exec(text)?.[1] ?? '')
  return hosts.map((text, i) => {
    const [, bracketed, plain, own] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(text) ?? [undefined, undefined, text]
    const written = own || ports[i] || (ports.length === 1 ? ports[0] : undefined) || '5432'
    const port = Number(written)
    if (!/^\d{1,5}$/.test(written) || port < 1 || port > 65_535)
      throw new ConfigError(`${setting}: ${JSON.stringify(written)} is no port; give a number from 1 to 65535.`)
    return { host: bracketed ?? (plain || 'localhost'), port }
  })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function oneOf<Known extends string>(
  known: readonly Known[],
  name: string,
  given: URLSearchParams,
  setting: string,
  passed: readonly string[] = [],
): Known | undefined {
  const value = given.get(name)
  if (value === null || passed.includes(value)) return undefined
  const found = known.find((one) => one === value)
  if (found === undefined)
    throw new ConfigError(`${setting}: ${name} is ${JSON.stringify(value)}; it takes ${known.join(', ')}.`)
  return found
}

/** How to encrypt, in the order in which it is tried. As in libpq, `require` checks the certificate if there is one to check it with. */
function listWays(
  mode: (typeof sslModes)[number],
  given: URLSearchParams,
  setting: string,
): readonly (ConnectionOptions | false)[] {
  const root = given.get('sslrootcert')
  const ca = root !== null && root !== 'system' ? { ca: read('sslrootcert', root, setting) } : {}
  const [cert, key] = [given.get('sslcert'), given.get('sslkey')]
  const own = {
    ...(cert !== null && { cert: read('sslcert', cert, setting) }),
    ...(key !== null && { key: read('sslkey', key, setting) }),
  }
  const unchecked: ConnectionOptions = { ...own, rejectUnauthorized: false }
  const chain: ConnectionOptions = { ...own, ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined }
  switch (mode) {
    case 'disable':
      return [false]
    case 'allow':
      return [false, unchecked]
    case 'prefer':
      return [unchecked, false]
    case 'require':
      return [root === null ? unchecked : chain]
    case 'verify-ca':
      return [chain]
    case 'verify-full':
      return [{ ...own, ...ca, rejectUnauthorized: true }]
  }
}

function read(name: string, path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`${setting}: ${name} ${JSON.stringify(path)} cannot be read: ${explainFileError(error)}.`)
  }
}
