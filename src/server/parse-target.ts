import type { IncomingMessage } from 'node:http'

/** The target of a request. */
export interface Target {
  /** The host, and the port if given, as in a Host header. */
  readonly authority: string
  /** The name or address of the server without its port, in lower case and without a dot at its end; empty if the request gives none. */
  readonly host: string
  /** The path and the query string. */
  readonly url: string
}

/**
 * Reads the request's target and Host (RFC 9112, section 3.2). An absolute target (`http://localhost:4000/livez`) contains
 * the host, and the header is then ignored.
 *
 * @returns `undefined` if the host is invalid, is given twice, or is missing in HTTP/1.1
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

/** Counts the Host headers: Node keeps only the first of several. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (name.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count
}

/** The last parsed host, kept because almost all requests name the same one. */
let lastParsed: { readonly authority: string; readonly host: string | undefined } = { authority: '', host: '' }

function parseHost(authority: string): string | undefined {
  if (authority !== lastParsed.authority) lastParsed = { authority, host: parseNewHost(authority) }
  return lastParsed.host
}

function parseNewHost(authority: string): string | undefined {
  if (authority === '') return ''
  const name = /^(\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::\d{0,5})?$/i.exec(authority)?.[1]
  if (name === undefined || !URL.canParse(`http://${authority}`)) return undefined
  return name.startsWith('[') ? new URL(`http://${name}`).hostname : name.replace(/\.$/, '').toLowerCase()
}
