import type { ServerResponse } from 'node:http'
import { positionHeader } from './caller.ts'
import { sendWhole } from './send/send-whole.ts'

/**
 * Lets the pages of the listed origins read answers (Fetch, section "CORS protocol"); without a list it does
 * nothing. It does not allow credentials: the server uses no cookies, and a page sends a token in its own header.
 *
 * @returns whether the request was a preflight, which has then been answered
 */
export function applyCors(response: ServerResponse, origins: readonly string[]): boolean {
  if (origins.length === 0) return false
  response.appendHeader('Vary', 'Origin')
  const { headers, method } = response.req
  const { origin } = headers
  if (origin === undefined || !origins.includes(origin)) return false
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Access-Control-Expose-Headers', `Retry-After, ETag, ${positionHeader}`)
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST')
  response.setHeader(
    'Access-Control-Allow-Headers',
    `Content-Type, Authorization, X-Registry-Actor, X-Registry-Run, ${positionHeader}`,
  )
  response.setHeader('Access-Control-Max-Age', '600')
  sendWhole(response, 204, {})
  return true
}
