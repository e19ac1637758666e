import { toHeaderBytes } from '../../client/to-header-bytes.ts'
import { parseNumber } from '../arguments/parse-number.ts'
import type { CiCaller } from '../ci/ci-services.ts'
import { findCaller } from '../ci/find-caller.ts'
import type { Sending } from '../ci/github-token.ts'
import { type CommonOptions, commonDefaults } from '../commands/common-options.ts'
import { writeError } from '../output/terminal.ts'
import { parseAddress } from './address.ts'
import { type Connection, createConnection } from './connection.ts'
import { findCredentials, readToken, type Token, withheld } from './credentials.ts'

/** For whom to open a connection, if not for this process, and to which registry, if not to that of the options or the environment. */
export interface Sender {
  readonly caller: Partial<CiCaller>
  /** An address as `Connection.url` has it. */
  readonly url?: string
}

/**
 * Opens a connection to the registry that the options or the environment name, or to the sender's. Another registry than that of the
 * options or the environment gets none of their credentials.
 */
export async function openConnection(options: CommonOptions, sender?: Sender): Promise<Connection> {
  const form = /^(?=.*[1-9])\d*\.?\d+$/
  // Timers take 31 bits of milliseconds.
  const seconds = parseNumber('--timeout', options.timeout, form, 'seconds, such as 30 or 0.5', 2_000_000)
  const sending = {
    timeout: Math.round((seconds ?? commonDefaults.timeout) * 1_000),
    retries: parseRetries(options),
    log: options.verbose ? (line: string) => writeError(`${line}\n`) : undefined,
  }
  const token = readToken() ?? (await findTokenOfJob(sending))
  const own = options.url
    ? parseAddress(options.url, '--url', 'registry')
    : parseAddress(process.env['REGISTRY_URL'] || commonDefaults.url, 'REGISTRY_URL', 'registry')
  const { actor, run } = sender?.caller ?? (await findCaller())
  const other = sender?.url === undefined ? own : parseAddress(sender.url, 'url', 'registry')
  const isOwn = other.shown === own.shown
  const address = isOwn ? own : other
  return createConnection({
    address,
    credentials: isOwn ? findCredentials(address, token) : withheld,
    route: hasProxy() ? (await import('./proxy.ts')).findRoute(address) : undefined,
    ...sending,
    headers: {
      ...(actor && { 'X-Registry-Actor': toHeaderBytes(actor) }),
      ...(run && { 'X-Registry-Run': toHeaderBytes(run) }),
    },
  })
}

/** How often to try again if the registry cannot be reached. */
export function parseRetries({ retries }: CommonOptions): number {
  const count = parseNumber('--retries', retries, /^\d{1,3}$/, 'a number, such as 5, or 0 for none')
  return count ?? commonDefaults.retries
}

/** Has what is sent from now on wait for a registry that restarts, unless the options say how often to try. */
export function waitForRestarts(connection: Connection, { retries }: CommonOptions): void {
  if (retries === undefined) connection.sayWaiting = (line) => writeError(`${line}\n`)
}

/** The job's id token, if REGISTRY_AUDIENCE says for whom it is; if not, nothing of it is loaded. */
async function findTokenOfJob(sending: Sending): Promise<Token | undefined> {
  const audience = process.env['REGISTRY_AUDIENCE']?.trim()
  return audience ? (await import('../ci/job-token.ts')).findJobToken(audience, sending) : undefined
}

/** Whether a variable names a proxy; if not, nothing of it is loaded. */
function hasProxy(): boolean {
  const { env } = process
  return ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'].some((name) => env[name])
}
