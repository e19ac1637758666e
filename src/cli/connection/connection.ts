import { createPositions } from '../../client/positions.ts'
import { type HttpAnswer, type HttpRequest, RequestTimeoutError, sendRequest } from '../../client/send-request.ts'
import { CliError, type ExitCode, exitCodes } from '../cli-error.ts'
import { Address } from './address.ts'
import type { Credentials } from './credentials.ts'
import { parseAnswer } from './parse-answer.ts'
import type { Route } from './proxy.ts'

export interface ConnectionOptions {
  /** The registry's GraphQL endpoint. */
  readonly address: Address
  readonly credentials: Credentials
  /** The way through a proxy; undefined for a direct one. */
  readonly route: Route | undefined
  /** How long one request may take, including retries; in milliseconds. */
  readonly timeout: number
  /** The number of retries if the registry cannot be reached. */
  readonly retries: number
  /** Sent with every request; values are header bytes, one character each. */
  readonly headers: Readonly<Record<string, string>>
  /** Gets a line for each event (`--verbose`). */
  readonly log: ((line: string) => void) | undefined
}

export interface SendOptions {
  /** False for an operation that must not run twice: it is repeated only if it certainly has not run. Upserts may run twice. */
  readonly isRepeatable?: boolean
  /** What people are told instead of an error of the answer. */
  readonly reword?: (error: GraphqlError) => GraphqlError
}

/** A connection to the registry. Everything it throws is a `CliError` with exit code and message. */
export interface Connection {
  /** The registry's address without what may be secret: for messages and files. */
  readonly url: string
  /** Runs a GraphQL operation and returns its data. */
  readonly send: <Data = unknown>(query: string, variables?: object, options?: SendOptions) => Promise<Data>
  /** Runs a GraphQL operation and returns the whole answer, with its errors. */
  readonly ask: (query: string, variables?: object, options?: SendOptions) => Promise<GraphqlAnswer>
  /** The events of a subscription, each as the text of a result, until it is ended or the connection is lost. */
  readonly follow: (query: string, variables?: object) => AsyncGenerator<string, void, void>
  /** Reads another path of the server, such as `/schema.graphql`. */
  readonly read: (path: string) => Promise<string>
  /**
   * The hash of the schema that the next operation is written for. If the registry has another one, it does not run the
   * operation, and `SchemaChangedError` is thrown. Once an operation has run, this is undefined again.
   */
  expectedSchema: string | undefined
  /** The hash of the registry's schema, from its last answer. */
  readonly schema: string | undefined
  /** Prints a line for `--verbose`; undefined without it. */
  readonly log: ((line: string) => void) | undefined
  /**
   * If set, a request that finds the registry away is repeated for as long as its time lasts, instead of a few times, and this prints
   * once that it waits: for work that is half done.
   */
  sayWaiting: ((line: string) => void) | undefined
}

/** One problem of an input. */
export interface Issue {
  /** From the argument inwards, `['input', 3, 'image']`; in a payload all parts are texts. */
  readonly path: readonly (string | number)[]
  readonly code: string
  readonly message: string
  /** For REFERENCE_NOT_FOUND: the template of the object that is missing, and its key as a JSON array. */
  readonly template?: string | null
  readonly key?: string | null
}

export interface GraphqlError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string; readonly issues?: readonly Issue[] }
}

export interface GraphqlAnswer {
  readonly data?: unknown
  readonly errors?: readonly GraphqlError[]
}

/** The registry's templates differ from the cached ones. */
export class SchemaChangedError extends CliError {
  constructor() {
    super(exitCodes.failed, 'The templates of the registry have changed in the meantime. Run the command again.')
  }
}

/** The exit code for each error code of the registry; for any other, it is `failed`. */
const exitCodeOf: Readonly<Record<string, ExitCode>> = {
  NOT_FOUND: exitCodes.notFound,
  VERSION_CONFLICT: exitCodes.conflict,
  UNIQUE_CONFLICT: exitCodes.conflict,
  IDEMPOTENCY_CONFLICT: exitCodes.conflict,
  TIMEOUT: exitCodes.timeout,
  SERVICE_UNAVAILABLE: exitCodes.unreachable,
}

/** The codes for a wrong input; any other code means a failure of the registry or the network. */
const refusals: ReadonlySet<string> = new Set([
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'VERSION_CONFLICT',
  'UNIQUE_CONFLICT',
  'IDEMPOTENCY_CONFLICT',
  'REFERENCE_NOT_FOUND',
  'LIMIT_EXCEEDED',
])

export function createConnection(options: ConnectionOptions): Connection {
  const { address, log } = options
  const positions = createPositions()
  let schema: string | undefined

  const connection: Connection = {
    url: address.shown,
    expectedSchema: undefined,
    sayWaiting: undefined,
    log,
    get schema() {
      return schema
    },
    async ask(query, variables = {}, { isRepeatable = true } = {}) {
      const { sent, note } = positions.next()
      const request = toRequest(query, variables, 'application/json', sent)
      const answer = await sendWithCredentials({ ...options, sayWaiting: connection.sayWaiting }, isRepeatable, request)
      note(answer.headers['x-registry-position'])
      noteSchema(answer)
      return parse(answer) ?? (await failStrangely(options, address.shown, answer))
    },
    async send<Data>(query: string, variables?: object, sending?: SendOptions) {
      const { data, errors } = await connection.ask(query, variables, sending)
      if (errors?.length) throw createAnswerError(sending?.reword ? errors.map(sending.reword) : errors)
      if (data == null)
        throw new CliError(exitCodes.failed, `${address} answered without data.\nCheck REGISTRY_URL, or --url.`)
      return data as Data
    },
    async *follow(query, variables = {}) {
      const { followEvents } = await import('../live/follow-events.ts')
      const request = toRequest(query, variables, 'text/event-stream', undefined)
      yield* followEvents(options, request, noteSchema, async (answer) => {
        const errors = parse(answer)?.errors
        if (errors?.length) throw createAnswerError(errors)
        return failStrangely(options, address.shown, answer)
      })
    },
    async read(path) {
      const url = address.toTarget()
      url.pathname = url.pathname.replace(/\/[^/]*\/?$/, path)
      const answer = await sendWithCredentials(options, true, { url, method: 'GET', headers: options.headers })
      // A login page may come with status 200.
      const isPage = answer.headers['content-type']?.startsWith('text/html') === true
      if (answer.status !== 200 || isPage) await failStrangely(options, new Address(url).shown, answer)
      return answer.text
    },
  }
  return connection

  function toRequest(query: string, variables: object, accept: string, position: string | undefined) {
    const { expectedSchema } = connection
    return {
      url: address.toTarget(),
      method: 'POST' as const,
      headers: {
        'Content-Type': 'application/json',
        Accept: accept,
        ...(expectedSchema !== undefined && { 'X-Registry-Schema': expectedSchema }),
        ...(position !== undefined && { 'X-Registry-Position': position }),
        ...options.headers,
      },
      body: JSON.stringify({ query, variables }),
    }
  }

  /** Undefined also for statuses that may come from what is in front of the registry: there is more to say than the errors do. */
  function parse(answer: HttpAnswer): GraphqlAnswer | undefined {
    return answer.status === 401 || answer.status === 429 ? undefined : parseAnswer(answer)
  }

  /** Throws if the operation was written for another schema. */
  function noteSchema({ status, headers }: Pick<HttpAnswer, 'status' | 'headers'>): void {
    const hash = headers['x-registry-schema']
    schema = typeof hash === 'string' ? hash : undefined
    if (status === 412) throw new SchemaChangedError()
    connection.expectedSchema = undefined
  }
}

/** Whether the input was wrong, so that sending it again would not help. */
export function isRefusal(code: string | undefined): boolean {
  return code !== undefined && refusals.has(code)
}

/** The errors of an answer as one error, with the exit code of the first. */
export function createAnswerError(errors: readonly GraphqlError[]): CliError {
  const code = errors[0]?.extensions?.code
  return new CliError(exitCodeOf[code ?? ''] ?? exitCodes.failed, errors.map((error) => error.message).join('\n'), {
    code,
    isPassing: code === 'SERVICE_UNAVAILABLE',
  })
}

type Sending = ConnectionOptions & Partial<Pick<Connection, 'sayWaiting'>>

/** Sends a request with the credentials; once more if they are not accepted and there are others: 401 comes before anything has run. */
async function sendWithCredentials(
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
  const { address, route, timeout, sayWaiting, log } = options
  const retries = sayWaiting ? Number.POSITIVE_INFINITY : options.retries
  const routed = route ? route.lead(request) : request
  const way = route ? ` through ${route.proxy}` : ''
  const end = Date.now() + timeout
  let isConnected = true
  /** What to say of the last attempt. */
  let fail = async () => (await import('./explain-failure.ts')).explainDelay(options, isConnected)
  for (let repetition = 0; ; repetition++) {
    let pause = Math.min(200 * 2 ** repetition, 5_000) * (0.75 + Math.random() / 2)
    const started = Date.now()
    try {
      const answer = await sendRequest({ ...routed, timeout: Math.max(end - started, 1) })
      log?.(`${address} answered ${answer.status} in ${Date.now() - started} ms${way}`)
      // The registry answers so before it runs anything.
      const state = { 429: 'has received too much at a time', 503: 'is not ready' }[answer.status]
      if (state === undefined || repetition >= retries) return answer
      pause = Math.max(pause, readRetryAfter(answer) * (1 + Math.random() / 4))
      if (repetition === 0) sayWaiting?.(`the registry ${state}; waiting up to ${timeout / 1_000} s`)
      log?.(`the registry ${state}; trying again in ${Math.round(pause)} ms`)
    } catch (error) {
      if (error instanceof RequestTimeoutError) {
        isConnected = error.isConnected
        break
      }
      const { code = '' } = error as NodeJS.ErrnoException
      const mayRepeat = notSent.has(code) || (isRepeatable && lost.has(code))
      const explain = async () => (await import('./explain-failure.ts')).explainFailure(options, error)
      if (!mayRepeat || repetition >= retries) throw await explain()
      if (sayWaiting) fail = explain
      if (repetition === 0) sayWaiting?.(`the registry at ${address} is away; waiting up to ${timeout / 1_000} s`)
      log?.(`${code} at ${route?.proxy ?? address}; trying again in ${Math.round(pause)} ms`)
    }
    const left = end - Date.now()
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)))
    if (pause >= left) break
  }
  throw await fail()
}

/** In milliseconds, at most 30 s. A date, which is rare, counts as nothing. */
function readRetryAfter({ headers }: HttpAnswer): number {
  const given = headers['retry-after']
  return given !== undefined && /^\d{1,9}$/.test(given) ? Math.min(Number(given) * 1_000, 30_000) : 0
}

/** For an answer that a registry does not give. */
async function failStrangely(options: ConnectionOptions, shown: string, answer: HttpAnswer): Promise<never> {
  const { explainAnswer } = await import('./explain-answer.ts')
  throw await explainAnswer(options, shown, answer)
}
