import { isIP } from 'node:net'
import type { Config } from '../config.ts'

/**
 * The hosts that the server answers to. A page on the Internet can point its own host name to 127.0.0.1, or to an address
 * inside a company, and would then count as the same origin. So the server answers to these names only.
 */
export function listOwnHosts({ host, allowedHosts }: Pick<Config, 'host' | 'allowedHosts'>): ReadonlySet<string> {
  const bound = isIP(host) === 6 ? new URL(`http://[${host}]`).hostname : host.toLowerCase()
  // An address that means "all addresses" is not a name of the server.
  const own = bound === '0.0.0.0' || bound === '[::]' ? [] : [bound]
  return new Set(['localhost', '127.0.0.1', '[::1]', ...own, ...allowedHosts])
}
