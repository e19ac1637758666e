import { randomBytes } from 'node:crypto'
import { GraphQLError } from 'graphql'
import { type ErrorCode, errorCodes } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { shortenMessage } from '../schema/document-error.ts'
import type { ServerContext } from './server-context.ts'

interface Result {
  readonly data?: unknown
  readonly errors?: readonly unknown[]
}

interface HttpExtension {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Yoga's flag for "200 if the client asked for application/json", as GraphQL over HTTP requires. */
  readonly spec?: boolean
}

/** Some rules report every use of a name. */
const mostLocations = 10
const mostErrorsLogged = 10
const longestNameLogged = 100

/** What is known of the request whose errors they are. */
type Answering = Pick<ServerContext, 'countError' | 'codes'> & { readonly res: { readonly destroyed: boolean } }

/**
 * All errors go through this function: each gets a code of the table, and errors that are not the caller's are logged with
 * their cause and masked.
 */
export function codeErrors(result: Result, logger: Logger, context: Answering): Result {
  if (result.errors === undefined) return result
  const ran = 'data' in result
  const masked: unknown[] = []
  const id = randomBytes(6).toString('hex')
  // Yoga drops the errors of aborted calls, but an answer needs at least one error.
  const given = result.errors.length > 0 || ran ? result.errors : [new Error('aborted')]
  const errors = given.map((error) => {
    // A subscription that does not begin has run, and its error is an event: many clients read none with the status 400.
    const coded = error instanceof GraphQLError ? toCallerError(error, ran || error.path !== undefined) : undefined
    if (!coded) masked.push(error)
    const answered = coded ?? maskError(error, id)
    // A client that has left is told nothing.
    if (!context.res.destroyed) context.countError(answered.extensions['code'] as ErrorCode)
    return answered
  })
  context.codes ??= Object.fromEntries(
    errors
      .slice(0, mostErrorsLogged)
      .map(({ path, extensions }) => [
        String(path?.[0] ?? '(request)').slice(0, longestNameLogged),
        String(extensions['code']),
      ])
      .reverse(),
  )
  // If the client has disconnected, it needs no answer, and the failure is not a bug of the server.
  if (masked.length > 0 && !context.res.destroyed) {
    for (const error of masked.slice(0, mostErrorsLogged)) {
      const path = error instanceof GraphQLError ? error.path?.join('.') : undefined
      logger.error({ errorId: id, path, err: findCause(error) }, 'unexpected error while answering a request')
    }
    if (masked.length > mostErrorsLogged) logger.error({ errorId: id }, `this answer has ${masked.length} such errors`)
  }
  return { ...result, errors }
}

/** The error for the caller, or `undefined` if the caller did not cause it. */
function toCallerError(error: GraphQLError, ran: boolean): GraphQLError | undefined {
  const { code, http, ...details } = error.extensions as { code?: unknown; http?: HttpExtension }
  if (code === 'INTERNAL_SERVER_ERROR') return undefined
  if (isErrorCode(code)) {
    const status = http?.status ?? errorCodes[code] ?? (ran ? undefined : 400)
    // A validation error answers 200 to application/json; an error with its own status keeps that status.
    const spec = code === 'BAD_USER_INPUT' && (http === undefined || http.spec === true)
    const answered = status !== undefined && { http: { ...http, status, spec } }
    return copyError(error, error.message, { code, ...details, ...answered })
  }
  // Before anything has run, the remaining errors are about the document, unless other code threw them. Later, they come
  // from values, including our own.
  const { originalError } = error
  if (ran || (originalError !== undefined && !(originalError instanceof GraphQLError))) return undefined
  const message = shortenMessage(error.message)
  const issues = [{ path: [], code: code === 'GRAPHQL_PARSE_FAILED' ? 'SYNTAX_ERROR' : 'INVALID_DOCUMENT', message }]
  const answered = { ...http, status: http?.status ?? 400, spec: http === undefined || http.spec === true }
  return copyError(error, message, { code: 'BAD_USER_INPUT', issues, http: answered })
}

function maskError(error: unknown, id: string): GraphQLError {
  const message = `Something went wrong in the server. Its log has the details, under ${id}.`
  const extensions = { code: 'INTERNAL_SERVER_ERROR', http: { status: errorCodes.INTERNAL_SERVER_ERROR } }
  return copyError(error instanceof GraphQLError ? error : undefined, message, extensions)
}

/** Copies an error without its original error, because Yoga treats errors with one as unexpected. */
function copyError(
  error: GraphQLError | undefined,
  message: string,
  extensions: Readonly<Record<string, unknown>>,
): GraphQLError {
  return new GraphQLError(message, {
    nodes: error?.nodes?.slice(0, mostLocations) ?? null,
    source: error?.source ?? null,
    positions: error?.positions?.slice(0, mostLocations) ?? null,
    path: error?.path ?? null,
    extensions,
  })
}

/** The innermost error: the GraphQL errors around it contain the query, whose literals must not be logged. */
function findCause(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError
  return cause
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code)
}
