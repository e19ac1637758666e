import { createPositions } from '../../client/positions.ts'
import type { HttpAnswer } from '../../client/send-request.ts'
import { CliError, type ExitCode, exitCodes } from '../cli-error.ts'
import { Address } from './address.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { parseAnswer } from './parse-answer.ts'
import { sendWithCredentials } from './send-with-credentials.ts'

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
   * The digest of the schema that the next operation is written for. If the registry has another one, it does not run the
   * operation, and `SchemaChangedError` is thrown. Once an operation has run, this is undefined again.
   */
  expectedSchema: string | undefined
  /** The digest of the registry's schema, from its last answer. */
  readonly schema: string | undefined
  /** Prints a line for `--verbose`; undefined without it. */
  readonly log: ((line: string) => void) | undefined
  /**
   * If set, a request that finds the registry away is repeated for as long as its time lasts, instead of a few times, and this prints
   * once that it waits. A registry that has not answered before may also have another address: then only what a restart causes is waited for.
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
  let hasAnswered = false

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
      const sending = { ...options, sayWaiting: connection.sayWaiting, hasAnswered }
      const answer = await sendWithCredentials(sending, isRepeatable, request)
      hasAnswered = true
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
    const digest = headers['x-registry-schema']
    schema = typeof digest === 'string' ? digest : undefined
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

/** For an answer that a registry does not give. */
async function failStrangely(options: ConnectionOptions, shown: string, answer: HttpAnswer): Promise<never> {
  const { explainAnswer } = await import('./explain-answer.ts')
  throw await explainAnswer(options, shown, answer)
}
