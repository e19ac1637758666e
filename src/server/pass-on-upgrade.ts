import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** These belong to the offer; what else `Connection` says stays. */
const offered = new Set(['upgrade', 'http2-settings'])

/**
 * Has the server answer a request as if it offered no other protocol, as RFC 9110 (section 7.8) allows: Java's HttpClient and
 * `curl --http2` offer HTTP/2 so. Node hands over all that offer one, and parses no more of them.
 */
export function passOnUpgrade(http: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`]
  const { rawHeaders } = request
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    if (offered.has(name.toLowerCase())) continue
    const kept = name.toLowerCase() === 'connection' ? withoutOffer(value) : value
    if (kept !== undefined) lines.push(`${name}: ${kept}`)
  }
  socket.unshift(head)
  // Node decodes header bytes as Latin-1.
  socket.unshift(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))
  http.emit('connection', socket)
}

function withoutOffer(connection: string): string | undefined {
  const options = connection.split(',').map((option) => option.trim())
  return options.filter((option) => option !== '' && !offered.has(option.toLowerCase())).join(', ') || undefined
}
