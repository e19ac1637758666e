import { isLoopback } from '../config.ts'

/**
 * Whether a request's Host header names this server. While only this machine can reach the port, only its own
 * names may: a page on the Internet can point a name of its own to 127.0.0.1 and would count as the same origin.
 *
 * @returns `'malformed'` for what is no host at all, however the server is bound
 */
export function isHostAllowed(header: string | undefined, boundHost: string): boolean | 'malformed' {
  const loopback = isLoopback(boundHost)
  if (header === undefined || header === '') return !loopback
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::\d{1,5})?$/i.exec(header)
  const name = match?.[1]?.toLowerCase()
  if (!loopback) return name !== undefined && URL.canParse(`http://${header}`) ? true : 'malformed'
  return name === 'localhost' || name === '127.0.0.1' || name === '[::1]' || name === boundHost.toLowerCase()
}
