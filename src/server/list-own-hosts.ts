import { isIP } from 'node:net'
import { isEveryAddress } from '../config.ts'
import type { Config } from '../settings.ts'

/**
 * The hosts that the server answers to; undefined: to all. A page on the Internet can point its own host name to 127.0.0.1, or to an
 * address inside a company, and would then count as the same origin, with all that a caller without a token may do. So the server
 * answers to these names only, except where that is nothing.
 */
export function listOwnHosts({
  host,
  allowedHosts,
  isGuarded,
}: Pick<Config, 'host' | 'allowedHosts'> & { readonly isGuarded: boolean }): ReadonlySet<string> | undefined {
  if (isGuarded && allowedHosts.length === 0) return undefined
  const bound = isIP(host) === 6 ? new URL(`http://[${host}]`).hostname : host.toLowerCase()
  const own = isEveryAddress(host) ? [] : [bound]
  return new Set(['localhost', '127.0.0.1', '[::1]', ...own, ...allowedHosts])
}
