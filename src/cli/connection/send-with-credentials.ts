import { type HttpAnswer, type HttpRequest, RequestTimeoutError, sendRequest } from '../../client/send-request.ts'
import type { ConnectionOptions } from './connection-options.ts'

interface Sending extends ConnectionOptions {
  /** As that of `Connection`. */
  readonly sayWaiting?: ((line: string) => void) | undefined
  /** Whether there was an answer to an earlier request. */
  readonly hasAnswered?: boolean
}

/** Sends a request with the credentials; once more if they are not accepted and there are others: 401 comes before anything has run. */
export async function sendWithCredentials(
  options: Sending,
  isRepeatable: boolean,
  request: Omit<HttpRequest, 'timeout'>,
): Promise<HttpAnswer> {
  const { credentials, log } = options
  const sendAs = (authorization: string | undefined) => {
    const headers = { ...request.headers, ...(authorization !== undefined && { Authorization: authorization }) }
    return sendUntilAnswered(options, isRepeatable, { ...request, headers })
  }
  const authorization = await credentials.authorize()
  const answer = await sendAs(authorization)
  if (answer.status !== 401 || authorization === undefined) return answer
  const other = await credentials.authorize(authorization)
  if (other === authorization) return answer
  log?.('the token was not accepted; trying again with another one')
  return sendAs(other)
}

/** Node's codes, and one of `ProxyRefusal`, for errors after which no part of the request can have reached a registry. */
const notSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOENT',
  'PROXY_NOT_READY',
])
/** Errors that a restart or a busy network causes. */
const lost: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'HPE_INVALID_EOF_STATE'])

/**
 * Repeats a request while the registry is unavailable, or has received too much at a time: 0.2 s, 0.4 s, 0.8 s … apart, with jitter,
 * at most 5 s, and not before the time that the answer says.
 */
async function sendUntilAnswered(
  options: Sending,
  isRepeatable: boolean,
  request: Omit<HttpRequest, 'timeout'>,
): Promise<HttpAnswer> {
  const { address, route, timeout, retries, log } = options
  const routed = route ? route.lead(request) : request
  const way = route ? ` through ${route.proxy}` : ''
  const end = Date.now() + timeout
  let { sayWaiting } = options
  const sayOnce = (what: string) => {
    sayWaiting?.(`${what}; waiting up to ${timeout / 1_000} s`)
    sayWaiting = undefined
  }
  let isConnected = true
  /** What comes of it when the time is over. */
  let conclude = async (): Promise<HttpAnswer> => {
    throw (await import('./explain-failure.ts')).explainDelay(options, isConnected)
  }
  for (let repetition = 0; ; repetition++) {
    let pause = Math.min(200 * 2 ** repetition, 5_000) * (0.75 + Math.random() / 2)
    const started = Date.now()
    try {
      const answer = await sendRequest({ ...routed, timeout: Math.max(end - started, 1) })
      log?.(`${address} answered ${answer.status} in ${Date.now() - started} ms${way}`)
      // The registry answers so before it runs anything.
      const state = { 429: 'has received too much at a time', 503: 'is not ready' }[answer.status]
      if (state === undefined || (repetition >= retries && !options.sayWaiting)) return answer
      pause = Math.max(pause, readRetryAfter(answer) * (1 + Math.random() / 4))
      if (options.sayWaiting) conclude = async () => answer
      sayOnce(`the registry ${state}`)
      log?.(`the registry ${state}; trying again in ${Math.round(pause)} ms`)
    } catch (error) {
      if (error instanceof RequestTimeoutError) {
        isConnected = error.isConnected
        break
      }
      const { code = '' } = error as NodeJS.ErrnoException
      const isPatient = outlasts(options, code)
      const mayRepeat = notSent.has(code) || (isRepeatable && lost.has(code))
      const fail = async () => {
        throw await (await import('./explain-failure.ts')).explainFailure(options, error)
      }
      if (!mayRepeat || (repetition >= retries && !isPatient)) return fail()
      if (isPatient) {
        conclude = fail
        sayOnce(`the registry at ${address} is away`)
      }
      log?.(`${code} at ${route?.proxy ?? address}; trying again in ${Math.round(pause)} ms`)
    }
    const left = end - Date.now()
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)))
    if (pause >= left) break
  }
  return conclude()
}

/** Whether to repeat a request after that error for as long as its time lasts, instead of a few times. */
function outlasts({ sayWaiting, hasAnswered, route }: Sending, code: string): boolean {
  if (!sayWaiting) return false
  // Any other error may mean that the address is wrong; and it is the proxy that refuses, if there is one.
  return hasAnswered === true || code === 'PROXY_NOT_READY' || (code === 'ECONNREFUSED' && !route)
}

/** In milliseconds, at most 30 s. A date, which is rare, counts as nothing. */
function readRetryAfter({ headers }: HttpAnswer): number {
  const given = headers['retry-after']
  return given !== undefined && /^\d{1,9}$/.test(given) ? Math.min(Number(given) * 1_000, 30_000) : 0
}
