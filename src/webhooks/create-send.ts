import { type LookupAddress, lookup } from 'node:dns'
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'

/** What came of a message. `gone`: the receiver wants no more. A reason has nothing of what the receiver has written. */
export type Sent =
  | { readonly kind: 'delivered' }
  /** `pause`: so long (s) the receiver asks to be left alone. */
  | { readonly kind: 'failed'; readonly reason: string; readonly pause?: number | undefined }
  | { readonly kind: 'gone'; readonly reason: string }

export type Send = (
  url: string,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  signal: AbortSignal,
) => Promise<Sent>

/** How much of an answer is read, so that the receiver can end it, and for how long. */
const longestAnswer = 16 * 1_024
const longestRest = 1_000
const mostRedirects = 3
/** In seconds. */
const longestPause = 24 * 3_600

class Refusal extends Error {}

/**
 * Sends messages by POST, each on a connection of its own. `mayConnect` is asked of the very address that is connected to, after the name has
 * been looked up, and again for each redirect.
 */
export function createSend(given: {
  readonly mayConnect: (address: string) => boolean
  /** For a message with all its redirects, in milliseconds. Default: 15 s. */
  readonly timeLimit?: number | undefined
}): Send {
  const { mayConnect, timeLimit = 15_000 } = given
  const agents = { 'http:': new HttpAgent(), 'https:': new HttpsAgent() }
  const assertMayConnect = (address: string) => {
    if (!mayConnect(address))
      throw new Refusal('the address is private, and WEBHOOKS_ALLOW_PRIVATE is not true; nothing was sent')
  }
  const lookUp: LookupFunction = (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return done(error, '', 0)
      try {
        for (const { address } of found) assertMayConnect(address)
      } catch (refusal) {
        return done(refusal as Error, '', 0)
      }
      const [first] = found
      if (options.all === true) return done(null, found)
      return done(null, first?.address ?? '', first?.family)
    })
  }
  const post = (url: URL, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const host = url.hostname.replace(/^\[|\]$/g, '')
      // Nobody looks up what is an address already.
      if (isIP(host)) assertMayConnect(host)
      const isPlain = url.protocol === 'http:'
      const options = { method: 'POST', headers, lookup: lookUp, signal }
      const sent = isPlain
        ? requestHttp(url, { ...options, agent: agents['http:'] }, resolve)
        : requestHttps(url, { ...options, agent: agents['https:'] }, resolve)
      sent.on('error', reject)
      sent.end(body)
    })
  return async (url, message, outer) => {
    const timeout = AbortSignal.timeout(timeLimit)
    const signal = AbortSignal.any([outer, timeout])
    const body = message.body
    const headers = { ...message.headers, 'content-length': String(Buffer.byteLength(body)) }
    try {
      for (let at = new URL(url), redirects = 0; ; redirects++) {
        const answer = await post(at, headers, body, signal)
        drop(answer)
        const status = answer.statusCode ?? 0
        // Others turn a POST into a GET.
        if (status !== 307 && status !== 308) return toSent(status, answer.headers['retry-after'])
        if (redirects === mostRedirects) return { kind: 'failed', reason: `more than ${mostRedirects} redirects` }
        const next = redirectOf(answer, at)
        if (typeof next === 'string') return { kind: 'failed', reason: next }
        at = next
      }
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'failed', reason: error.message }
      if (outer.aborted) throw error
      if (timeout.aborted) return { kind: 'failed', reason: `no answer within ${timeLimit} ms` }
      const { code } = error as NodeJS.ErrnoException
      return { kind: 'failed', reason: `the receiver cannot be reached (${code ?? 'the connection failed'})` }
    }
  }
}

/** Lets a short answer end, and cuts a long one. */
function drop(answer: IncomingMessage): void {
  let size = 0
  const rest = setTimeout(() => answer.destroy(), longestRest)
  rest.unref()
  // It may be cut by the time limit as well.
  answer.on('error', () => undefined)
  answer.on('close', () => clearTimeout(rest))
  answer.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > longestAnswer) answer.destroy()
  })
}

function toSent(status: number, retryAfter: string | undefined): Sent {
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === 410) return { kind: 'gone', reason: 'the receiver answered 410: it wants no more' }
  return { kind: 'failed', reason: `the receiver answered ${status}`, pause: parseRetryAfter(retryAfter) }
}

/** In seconds, a day at most; undefined for what is neither seconds nor a date (RFC 9110, section 10.2.3). */
function parseRetryAfter(text = ''): number | undefined {
  // JavaScript takes -1 for a date as well; those of HTTP begin with the day of the week.
  const time = /^[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  const seconds = /^\d+$/.test(text) ? Number(text) : (time - Date.now()) / 1_000
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), longestPause)
}

function redirectOf(answer: IncomingMessage, from: URL): URL | string {
  const { location } = answer.headers
  // An empty one would lead to the same address again.
  if (!location || !URL.canParse(location, from)) return 'a redirect leads to no address'
  const to = new URL(location, from)
  if (to.protocol === 'https:' || to.protocol === from.protocol) return to
  return to.protocol === 'http:' ? 'a redirect leads away from https' : 'a redirect leads to no address of HTTP'
}
