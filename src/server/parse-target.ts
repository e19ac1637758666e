import type { IncomingMessage } from 'node:http'

/** What a request is addressed to. */
export interface Target {
  /** What a Host header would say: the host, and the port if it is given. */
  readonly authority: string
  /** The name or address of the server without its port, in lower case; empty if the request gives none. */
  readonly host: string
  /** The path and the query string. */
  readonly url: string
}

/**
 * Reads the request's target and Host (RFC 9112, section 3.2). An absolute target (`http://localhost:4000/livez`) has
 * the host in it, and the header then says nothing.
 *
 * @returns `undefined` if the host is none, is given twice, or is missing in HTTP/1.1
 */
export function parseTarget(request: IncomingMessage): Target | undefined {
  const header = request.headers.host
  if (countHosts(request.rawHeaders) > 1 || (header === undefined && request.httpVersion === '1.1')) return undefined
  const target = request.url ?? ''
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target)
  const authority = absolute?.[1] ?? header ?? ''
  const host = parseHost(authority)
  if (host === undefined) return undefined
  const url = absolute?.[2] ?? target
  return { authority, host, url: absolute && !url.startsWith('/') ? `/${url}` : url }
}

/** Node keeps the first of several. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (name.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count
}

function parseHost(authority: string): string | undefined {
  if (authority === '') return ''
  const name = /^(\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::\d{0,5})?$/i.exec(authority)?.[1]
  if (name === undefined || !URL.canParse(`http://${authority}`)) return undefined
  return name.startsWith('[') ? new URL(`http://${name}`).hostname : name.toLowerCase()
}
