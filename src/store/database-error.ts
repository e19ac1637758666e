import { GraphQLError } from 'graphql'
import { ConfigError, createCallerError, createInputError } from '../errors.ts'
import { remedies } from './outage-log.ts'

/** Codes of PostgreSQL (appendix A of its manual) and Node which mean that the database is unavailable, or soon will be. */
const unavailableCodes = new Set(
  [
    '57P01 57P02 57P03 57P05 25P03 25P04 53300 53400 25006 28000 28P01 3D000',
    'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ENOENT ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN EACCES',
    'ERR_STREAM_DESTROYED ERR_STREAM_WRITE_AFTER_END',
  ].flatMap((codes) => codes.split(' ')),
)

/** Messages of pg's own errors, which have no code. */
const unavailableMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/

/** Where PostgreSQL refuses a text or an array of more than a gigabyte; the message depends on its version and language. */
const longestTextFiles = /^(stringinfo|arrayfuncs|arrayutils|jsonb_util)\.c$/
/**
 * The same, where nobody has looked before, up to five gigabytes: damaged data ask for any number of bytes. Messages of this kind are in
 * English everywhere.
 */
const tooLargeAllocation = /^invalid memory alloc request size [1-4]\d{9}$/

/** The names of tables with objects, whatever the language of the message. */
const storages = /registry_\S+_objects/

/** The database cannot be reached, is starting or stopping, or hangs. */
export function isUnavailable(error: unknown): boolean {
  const { code, message } = toFacts(error)
  return (
    (code !== undefined && (unavailableCodes.has(code) || code.startsWith('08'))) || unavailableMessages.test(message)
  )
}

/** What callers are told of what PostgreSQL lacks, by SQLSTATE. */
const shortages: Readonly<Record<string, { readonly lack: string; readonly remedy: string }>> = {
  '53100': { lack: 'The disk of the database is full', remedy: 'Once there is room on it again' },
  '53200': {
    lack: 'The database lacks memory, or room for locks',
    remedy: 'Ask for less at a time, or, once it has less to do',
  },
  '58030': { lack: 'The disk of the database cannot be read or written', remedy: 'Once it can be' },
}

/** PostgreSQL answers, and lacks what an operator must give it: room on the disk, memory or locks, a disk that can be read and written. */
export function isShortage(error: unknown): boolean {
  return Object.hasOwn(shortages, toFacts(error).code ?? '')
}

/** The operator's error for what PostgreSQL refuses at the start of a server; any other error as it is. */
export function toStartError(error: unknown): unknown {
  const { code, message } = toFacts(error)
  // insufficient_privilege
  if (code !== '42501' && !isShortage(error)) return error
  return new ConfigError(`The database refused a statement of the start: ${message}. ${remedies[code ?? '']}`, {
    cause: error,
  })
}

/** A connection that worked has ended, so that it is not known whether the statement was run. */
export function isConnectionLost(error: unknown): boolean {
  const { code, message } = toFacts(error)
  return code === undefined ? lostMessages.test(message) : lostCodes.has(code)
}

const lostCodes = new Set([
  ...['57P01', '57P02', 'ECONNRESET', 'ECONNABORTED', 'EPIPE'],
  ...['ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'],
])

const lostMessages = /^(Connection terminated unexpectedly|Client has encountered a connection error)/

/** PostgreSQL has as many connections as it takes, or as the database or the user may have. */
export function isOutOfConnections(error: unknown): boolean {
  return toFacts(error).code === '53300'
}

/** There was no connection within `connectionTimeoutMillis`. */
export function isConnectTimeout(error: unknown): boolean {
  return connectTimeoutMessages.test(toFacts(error).message)
}

const connectTimeoutMessages =
  /^(timeout exceeded when trying to connect|timeout expired|Connection terminated due to connection timeout)$/

const readTimeout = 'Query read timeout'

/** The answer, or the rest of it, did not arrive within `query_timeout`. */
export function isReadTimeout(error: unknown): boolean {
  return toFacts(error).message === readTimeout
}

/** The server cannot encrypt, or encrypts otherwise, or its pg_hba.conf wants the other of the two: another way to connect may help. */
export function isEncryptionRefused(error: unknown): boolean {
  const { code, message } = toFacts(error)
  return code === '28000' || code?.startsWith('ERR_SSL') === true || code === 'EPROTO' || /SSL connection/.test(message)
}

/** A pooler does not take the settings with which a connection starts. */
export function isStartRefused(error: unknown): boolean {
  return toFacts(error).code === '08P01'
}

/** The same error as the driver's. */
export function createConnectTimeoutError(cause: unknown): Error {
  return new Error('timeout expired', { cause })
}

/** The same error as the driver's. */
export function createReadTimeoutError(): Error {
  return new Error(readTimeout)
}

/** The answer started to arrive but was not complete at the time limit: the database does not hang, it sends too much. */
export function createHalfReadError(cause: unknown): Error {
  return new HalfReadError('the answer was not complete when its time was over', { cause })
}

class HalfReadError extends Error {}

/**
 * A prepared statement is missing, or there is one that we did not prepare: something else uses our connection, such as
 * a pooler or `discard all`. The statement did not run.
 */
export function isPreparedStatementLost(error: unknown): boolean {
  const { code } = toFacts(error)
  return code === '26000' || code === '42P05'
}

/**
 * Whether the connection must not be used again: it is closed, or busy with an answer that nobody reads, or its
 * prepared statements differ from what we assume.
 */
export function breaksConnection(error: unknown): boolean {
  return isUnavailable(error) || isPreparedStatementLost(error) || error instanceof HalfReadError
}

/** Another transaction conflicted; the remedy is to retry. */
export function isRetryable(error: unknown): boolean {
  return isDeadlock(error) || toFacts(error).code === '40001'
}

/** Whether PostgreSQL ended the transaction because others waited for it while it waited for them. */
export function isDeadlock(error: unknown): boolean {
  return toFacts(error).code === '40P01'
}

/** Thrown inside a transaction to do it again: another one came in between. */
export function createRetryableError(): Error {
  return Object.assign(new Error('another transaction came in between'), { code: '40001' })
}

/**
 * PostgreSQL has rolled back a transaction because it received nothing for `idle_in_transaction_session_timeout`: this process
 * was suspended in the meantime.
 */
export function isIdleTooLong(error: unknown): boolean {
  return toFacts(error).code === '25P03'
}

/** A statement names a table that is not there. */
export function isMissingTable(error: unknown): boolean {
  return toFacts(error).code === '42P01'
}

/** A lock was not free within `lock_timeout`; also where that is a caller's error already. */
export function isLockTimeout(error: unknown): boolean {
  return toFacts(error instanceof GraphQLError ? error.originalError : error).code === '55P03'
}

/** The name of the unique index that a write violated; undefined for any other error. */
export function violatedIndex(error: unknown): string | undefined {
  const { code, constraint } = toFacts(error)
  return code === '23505' ? constraint : undefined
}

/**
 * The caller's error for a database error: the database is unavailable, or the request took too long. Any other error
 * is a bug of the server and is returned as it is; the server masks and logs it.
 */
export function toCallerError(error: unknown): unknown {
  if (error instanceof GraphQLError) return error
  // read_only_sql_transaction
  if (toFacts(error).code === '25006')
    return createCallerError(
      'SERVICE_UNAVAILABLE',
      'The database takes no writes at the moment: it is a standby, or read-only. Nothing was written; reads are answered. Send the request again once it takes writes.',
      { cause: error },
    )
  if (isUnavailable(error))
    return createCallerError('SERVICE_UNAVAILABLE', 'The database does not answer at the moment; try again shortly.', {
      cause: error,
    })
  if (isRetryable(error))
    return createCallerError(
      'TIMEOUT',
      'Each attempt conflicted with other writes of the same objects. Nothing was written; send the request again.',
      { cause: error },
    )
  const { code, message, file } = toFacts(error)
  if (isLockTimeout(error))
    return createCallerError(
      'TIMEOUT',
      'Others held what the request needs for longer than the database lets it wait (its lock_timeout), so nothing was written. Send the request again.',
      { cause: error },
    )
  const shortage = shortages[code ?? '']
  if (shortage)
    return createCallerError(
      'SERVICE_UNAVAILABLE',
      `${shortage.lack}, so nothing was written. ${shortage.remedy}, send the request again.`,
      { cause: error },
    )
  if (code === 'RG002')
    return createCallerError(
      'SERVICE_UNAVAILABLE',
      'Newer templates have given these objects other keys. This server has older templates and only reads them; send the write to a server with the newer ones.',
    )
  if (code === '42P01' && storages.test(message))
    return createCallerError(
      'SERVICE_UNAVAILABLE',
      'Newer templates have replaced the storage of these objects. This server has templates that are too old to read them; start it with the newer ones.',
      { cause: error },
    )
  if (code === 'RG003')
    return createInputError([
      {
        path: ['input'],
        code: 'NEXT_KEY',
        message:
          'These objects are about to get another key, of which this one lacks a field, or changes one; give all fields of the next key, and leave those that it has as they are.',
      },
    ])
  if ((code === '54000' && longestTextFiles.test(file)) || (code === 'XX000' && tooLargeAllocation.test(message)))
    return createCallerError(
      'LIMIT_EXCEEDED',
      'The answer of one field is longer than the largest text of PostgreSQL (limit "answerBytes"); select less of each object, or ask for fewer at once.',
      { cause: error },
    )
  // 2201B: invalid_regular_expression. Its syntax was checked; only PostgreSQL can tell that it takes too much memory.
  if (code === '2201B')
    return createCallerError(
      'LIMIT_EXCEEDED',
      'A regular expression in a filter is too complex for the database; repeat less in it, most of all \\b and \\B.',
      { cause: error },
    )
  if (code === '57014' || error instanceof HalfReadError) {
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
  /** Of the source of PostgreSQL. */
  readonly file: string
} {
  if (typeof error !== 'object' || error === null)
    return { code: undefined, message: '', constraint: undefined, file: '' }
  const { code, message, constraint, file } = error as Readonly<
    Record<'code' | 'message' | 'constraint' | 'file', unknown>
  >
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : '',
    constraint: typeof constraint === 'string' ? constraint : undefined,
    file: typeof file === 'string' ? file : '',
  }
}
