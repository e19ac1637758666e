import { type HttpAnswer, type HttpRequest, RequestTimeoutError, sendRequest } from '../../client/send-request.ts'
import { CliError, type ExitCode, exitCodes } from '../cli-error.ts'

export interface ConnectionOptions {
  /** The registry's GraphQL endpoint. */
  readonly url: URL
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
}

/** A connection to the registry. Everything it throws is a `CliError` with exit code and message. */
export interface Connection {
  readonly url: string
  /** Runs a GraphQL operation and returns its data. */
  readonly send: <Data = unknown>(query: string, variables?: object, options?: SendOptions) => Promise<Data>
  /** Runs a GraphQL operation and returns the whole answer, with its errors. */
  readonly ask: (query: string, variables?: object, options?: SendOptions) => Promise<GraphqlAnswer>
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
  TIMEOUT: exitCodes.timeout,
  SERVICE_UNAVAILABLE: exitCodes.unreachable,
}

/** The codes for a wrong input; any other code means a failure of the registry or the network. */
const refusals: ReadonlySet<string> = new Set([
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'VERSION_CONFLICT',
  'UNIQUE_CONFLICT',
  'REFERENCE_NOT_FOUND',
  'LIMIT_EXCEEDED',
])

export function createConnection(options: ConnectionOptions): Connection {
  const { url, headers, log } = options
  let schema: string | undefined

  const connection: Connection = {
    url: url.href,
    expectedSchema: undefined,
    log,
    get schema() {
      return schema
    },
    async ask(query, variables = {}, { isRepeatable = true } = {}) {
      const { expectedSchema } = connection
      const answer = await sendUntilAnswered(options, isRepeatable, {
        url,
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Accept: 'application/json',
          ...(expectedSchema !== undefined && { 'X-Registry-Schema': expectedSchema }),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      })
      const hash = answer.headers['x-registry-schema']
      schema = typeof hash === 'string' ? hash : undefined
      if (answer.status === 412) throw new SchemaChangedError()
      connection.expectedSchema = undefined
      return parseAnswer(answer, url)
    },
    async send<Data>(query: string, variables?: object, sending?: SendOptions) {
      const { data, errors } = await connection.ask(query, variables, sending)
      if (errors?.length) throw createAnswerError(errors)
      if (data == null)
        throw new CliError(exitCodes.failed, `${url.href} answered without data.\nCheck REGISTRY_URL, or --url.`)
      return data as Data
    },
    async read(path) {
      const target = new URL(path, url)
      const answer = await sendUntilAnswered(options, true, { url: target, method: 'GET', headers })
      if (answer.status !== 200) throw createStrangeAnswerError(target, answer)
      return answer.text
    },
  }
  return connection
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
  })
}

/** Errors after which no part of the request can have reached a registry. */
const notSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOENT',
])
/** Errors that a restart or a busy network causes. */
const lost: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'HPE_INVALID_EOF_STATE'])

/** Repeats a request while the registry is unavailable: 0.2 s, 0.4 s, 0.8 s … apart, with jitter, at most 5 s. */
async function sendUntilAnswered(
  { url, timeout, retries, log }: ConnectionOptions,
  isRepeatable: boolean,
  request: Omit<HttpRequest, 'timeout'>,
): Promise<HttpAnswer> {
  const end = Date.now() + timeout
  const late = (): CliError =>
    new CliError(
      exitCodes.timeout,
      `The registry at ${url.href} has not answered within ${timeout / 1_000} s. Wait longer with --timeout SECONDS.`,
    )
  for (let repetition = 0; ; repetition++) {
    const pause = Math.min(200 * 2 ** repetition, 5_000) * (0.75 + Math.random() / 2)
    const started = Date.now()
    try {
      const answer = await sendRequest({ ...request, timeout: Math.max(end - started, 1) })
      log?.(`${url.href} answered ${answer.status} in ${Date.now() - started} ms`)
      // The registry answers 503 before it runs anything.
      if (answer.status !== 503 || repetition >= retries) return answer
      log?.(`the registry is not ready; trying again in ${Math.round(pause)} ms`)
    } catch (error) {
      if (error instanceof RequestTimeoutError) throw late()
      const { code = '' } = error as NodeJS.ErrnoException
      const mayRepeat = notSent.has(code) || (isRepeatable && lost.has(code))
      if (!mayRepeat || repetition >= retries) throw createUnreachableError(url, error)
      log?.(`${code} at ${url.href}; trying again in ${Math.round(pause)} ms`)
    }
    const left = end - Date.now()
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)))
    if (pause >= left) throw late()
  }
}

/** What some of Node's codes mean. */
const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
}

function createUnreachableError(url: URL, cause: unknown): CliError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return new CliError(
    exitCodes.unreachable,
    `There is no registry at ${url.href} (${causes[code] || code || message}).\nStart one with: registry serve\nOr set REGISTRY_URL, or --url, to the address of another one.`,
    { cause },
  )
}

function parseAnswer(answer: HttpAnswer, url: URL): GraphqlAnswer {
  try {
    const body: unknown = JSON.parse(answer.text)
    if (typeof body === 'object' && body !== null && ('data' in body || 'errors' in body)) return body as GraphqlAnswer
  } catch {
    // It is not JSON.
  }
  throw createStrangeAnswerError(url, answer)
}

function createStrangeAnswerError(url: URL, { status, text, headers }: HttpAnswer): CliError {
  const isReady = status !== 503 && status !== 502 && status !== 504
  const says = headers.location ? `Location: ${headers.location}` : text.trim().split('\n', 1)[0]?.slice(0, 200)
  return new CliError(
    isReady ? exitCodes.failed : exitCodes.unreachable,
    `${url.href} does not answer like a registry: HTTP ${status}${says ? `, ${says}` : ''}\nCheck REGISTRY_URL, or --url.`,
  )
}
