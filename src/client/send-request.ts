import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
  request as requestHttp,
} from 'node:http'

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface HttpRequest {
  /** The server to connect to. */
  readonly url: URL
  /** What to ask it for, if not for the path of `url`: a proxy is asked for a whole URL. */
  readonly path?: string | undefined
  /** Makes the connections, if not Node's own agent. */
  readonly agent?: Agent | undefined
  readonly method: 'GET' | 'POST'
  readonly headers: OutgoingHttpHeaders
  readonly body?: string
  /** The time limit of the request, in milliseconds. */
  readonly timeout: number
}

/** There was no answer in time. */
export class RequestTimeoutError extends Error {
  override readonly name = 'RequestTimeoutError'
  /** Whether there was a connection. */
  readonly isConnected: boolean

  constructor(isConnected: boolean) {
    super('There was no answer in time.')
    this.isConnected = isConnected
  }
}

/**
 * Sends one HTTP request. It uses `node:http` because `fetch` takes 30 ms to load: as long as a whole command may take.
 * Connections are kept for the next request; idle connections do not keep the process alive. Redirects are not followed, so that what
 * the headers say goes to this server only. Rejects with Node's own error, or `RequestTimeoutError`.
 */
export function sendRequest(given: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    startRequest(given, reject, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        })
      })
    })
  })
}

/**
 * Sends one HTTP request, and calls `onAnswer` with the head of the answer. `onFailure` is called with Node's own error, or with
 * `RequestTimeoutError` unless the connection is closed, or `endTimeLimit` called, in time.
 */
export function startRequest(
  given: HttpRequest,
  onFailure: (error: Error) => void,
  onAnswer: (answer: IncomingMessage, endTimeLimit: () => void) => void,
): void {
  const { request, options, bytes } = prepareRequest(given)
  const endTimeLimit = () => clearTimeout(timer)
  const sent = request(given.url, options, (answer) => onAnswer(answer, endTimeLimit))
  // An AbortSignal takes 1 ms to load.
  const timer = setTimeout(() => {
    onFailure(new RequestTimeoutError(sent.socket?.connecting === false))
    sent.destroy()
  }, given.timeout)
  sent.on('close', endTimeLimit)
  sent.on('error', onFailure)
  sent.end(bytes)
}

/** What Node needs to send a request: the function of the protocol, its options, and the body. */
function prepareRequest({ url, path, agent, method, headers, body }: HttpRequest) {
  // `import()` would load the loader of ES modules, which the command line does not need.
  const request = url.protocol === 'https:' ? process.getBuiltinModule('node:https').request : requestHttp
  // As a text, the body would go out in one piece with the headers, and their Latin-1 as UTF-8.
  const bytes = body === undefined ? undefined : Buffer.from(body, 'utf8')
  const options: RequestOptions = {
    method,
    ...(path !== undefined && { path }),
    ...(agent && { agent }),
    headers: { ...headers, ...(bytes && { 'Content-Length': bytes.length }) },
  }
  return { request, options, bytes }
}
