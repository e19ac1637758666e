import { isIP } from 'node:net'
import type { Config } from '../config.ts'

/**
 * The hosts that the server answers to. A page on the Internet can point a name of its own to 127.0.0.1, or to an address
 * inside of a company, and would count as the same origin: so it is these names and no others.
 */
export function listOwnHosts({ host, allowedHosts }: Pick<Config, 'host' | 'allowedHosts'>): ReadonlySet<string> {
  const bound = isIP(host) === 6 ? new URL(`http://[${host}]`).hostname : host.toLowerCase()
  // What stands for all addresses names none.
  const own = bound === '0.0.0.0' || bound === '[::]' ? [] : [bound]
  return new Set(['localhost', '127.0.0.1', '[::1]', ...own, ...allowedHosts])
}
