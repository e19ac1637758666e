import { GraphQLError } from 'graphql'
import { createCallerError } from '../errors.ts'

/** PostgreSQL's codes (appendix A of its manual) and Node's that mean that the database is away, or about to be. */
const unavailableCodes = new Set(
  [
    '57P01 57P02 57P03 57P05 25P03 53300 53400 25006 28000 28P01 3D000',
    'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ENOENT ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN EACCES',
    'ERR_STREAM_DESTROYED ERR_STREAM_WRITE_AFTER_END',
  ].flatMap((codes) => codes.split(' ')),
)

/** The messages of pg's own errors, which have no code. */
const unavailableMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/

/** A text, or an array, takes a gigabyte at most. PostgreSQL 18 and its predecessors word it differently when one is larger. */
const longestTextMessages = /^(string buffer exceeds|out of memory|array size exceeds)/

/** The database cannot be reached, is starting or stopping, or hangs. */
export function isUnavailable(error: unknown): boolean {
  const { code, message } = toFacts(error)
  return (
    (code !== undefined && (unavailableCodes.has(code) || code.startsWith('08'))) || unavailableMessages.test(message)
  )
}

/** No connection came within `connectionTimeoutMillis`. */
export function isConnectTimeout(error: unknown): boolean {
  return connectTimeoutMessages.test(toFacts(error).message)
}

const connectTimeoutMessages =
  /^(timeout exceeded when trying to connect|timeout expired|Connection terminated due to connection timeout)$/

const readTimeout = 'Query read timeout'

/** The answer, or the rest of it, did not come within `query_timeout`. */
export function isReadTimeout(error: unknown): boolean {
  return toFacts(error).message === readTimeout
}

/** As the driver says it. */
export function createReadTimeoutError(): Error {
  return new Error(readTimeout)
}

/** An answer had begun to come in and was not complete when its time was over: the database does not hang, it sends too much. */
export function createHalfReadError(cause: unknown): Error {
  return new Error(halfRead, { cause })
}

const halfRead = 'the answer was not complete when its time was over'

/**
 * A prepared statement is gone, or one is there that we did not prepare: something else works on our connection, such as
 * a pooler or `discard all`. The statement did not run.
 */
export function isPreparedStatementLost(error: unknown): boolean {
  const { code } = toFacts(error)
  return code === '26000' || code === '42P05'
}

/**
 * Whether the connection must not be used again: it is gone, or busy with an answer that nobody reads, or has other
 * statements prepared than we think.
 */
export function breaksConnection(error: unknown): boolean {
  return isUnavailable(error) || isPreparedStatementLost(error) || toFacts(error).message === halfRead
}

/** Another transaction was in the way; the remedy is to try again. */
export function isRetryable(error: unknown): boolean {
  const { code } = toFacts(error)
  return code === '40P01' || code === '40001'
}

/**
 * PostgreSQL has undone a transaction because it heard nothing for `idle_in_transaction_session_timeout`: this process stood
 * still meanwhile.
 */
export function isIdleTooLong(error: unknown): boolean {
  return toFacts(error).code === '25P03'
}

/** An object was read that lacks what its template requires. */
export function isLacking(error: unknown): boolean {
  return toFacts(error).code === 'RG001'
}

/** The name of the unique index that a write ran into; undefined for any other error. */
export function violatedIndex(error: unknown): string | undefined {
  const { code, constraint } = toFacts(error)
  return code === '23505' ? constraint : undefined
}

/**
 * What a caller is told of a database error: that it is away, or that the request took too long. Anything else
 * is our own mistake and is returned as it is, for the server to mask and log.
 */
export function toCallerError(error: unknown): unknown {
  if (error instanceof GraphQLError) return error
  if (isUnavailable(error))
    return createCallerError('SERVICE_UNAVAILABLE', 'The database does not answer at the moment; try again shortly.', {
      cause: error,
    })
  if (isRetryable(error))
    return createCallerError(
      'TIMEOUT',
      'Other writes of the same objects were in the way each time; nothing was written, send the request again.',
      { cause: error },
    )
  const { code, message } = toFacts(error)
  if (code === '54000' && longestTextMessages.test(message))
    return createCallerError(
      'LIMIT_EXCEEDED',
      'The answer of one field is longer than a text in PostgreSQL can be (limit "answerBytes"); select less of each object, or ask for fewer at once.',
      { cause: error },
    )
  if (code === '57014' || message === halfRead) {
    return createCallerError(
      'TIMEOUT',
      'The request took too long in the database and was stopped (limit "statementMilliseconds"); ask for less at a time, or filter by an indexed field.',
      { cause: error },
    )
  }
  return error
}

function toFacts(error: unknown): {
  readonly code: string | undefined
  readonly message: string
  readonly constraint: string | undefined
} {
  if (typeof error !== 'object' || error === null) return { code: undefined, message: '', constraint: undefined }
  const { code, message, constraint } = error as { code?: unknown; message?: unknown; constraint?: unknown }
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : '',
    constraint: typeof constraint === 'string' ? constraint : undefined,
  }
}
