import type { IncomingMessage, ServerResponse } from 'node:http'

type Headers = Readonly<Record<string, string | number>>

/** Answers with a text for people, or with any other body of known length. HEAD gets the headers alone. */
export function respond(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Headers = {},
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': bytes.length,
    ...headers,
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

/** Answers 304 without a body if the client already has what this tag names, else calls `send`. */
export function respondUnlessKnown(
  request: IncomingMessage,
  response: ServerResponse,
  etag: string,
  headers: Headers,
  send: (headers: Headers) => void,
): void {
  // Weak comparison (RFC 9110, section 13.1.2). Always asked again, so that a restart with other templates shows.
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  const all = { 'Cache-Control': 'no-cache', ETag: etag, ...headers }
  if (known.includes('*') || known.includes(etag.replace(/^W\//, ''))) response.writeHead(304, all).end()
  else send(all)
}

/** Whether a client takes gzip (RFC 9110, section 12.5.3). */
export function acceptsGzip(request: IncomingMessage): boolean {
  const codings = String(request.headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
  return codings.some((coding) => /^\s*(gzip|x-gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(coding))
}
