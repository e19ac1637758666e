import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { sendWhole } from './send-whole.ts'

/** Answers with a text for people, or with any other body that is in memory anyway. HEAD gets only the headers. */
export function respond(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: OutgoingHttpHeaders = {},
): void {
  const all = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  }
  sendWhole(response, status, all, body)
}

/** Answers 304 without a body if the client already has the version with this tag; otherwise calls `send`. */
export function respondUnlessKnown(
  response: ServerResponse,
  etag: string,
  headers: OutgoingHttpHeaders,
  send: (headers: OutgoingHttpHeaders) => void,
): void {
  // Weak comparison (RFC 9110, section 13.1.2). no-cache makes clients ask each time, so that they notice a restart with other templates.
  const known = (response.req.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  const all = { 'Cache-Control': 'no-cache', ETag: etag, ...headers }
  if (known.includes('*') || known.includes(etag.replace(/^W\//, ''))) sendWhole(response, 304, all)
  else send(all)
}
