/**
 * Errors, sorted by who caused them. The caller's errors are GraphQL errors with a code of the table below; the operator's are
 * `ConfigError`; the template author's are issues with places (`template/issue.ts`). Any other error is a bug of the server:
 * it is masked for the caller and logged with its cause.
 */

import { GraphQLError } from 'graphql'

/** Every code that can appear in `extensions.code`, with the HTTP status it implies (undefined: GraphQL decides). */
export const errorCodes = {
  BAD_USER_INPUT: undefined,
  NOT_FOUND: undefined,
  VERSION_CONFLICT: undefined,
  UNIQUE_CONFLICT: undefined,
  REFERENCE_NOT_FOUND: undefined,
  STILL_REFERENCED: undefined,
  LIMIT_EXCEEDED: undefined,
  TIMEOUT: undefined,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  UNFIT_OBJECT: undefined,
  HISTORY_EXPIRED: undefined,
  AT_TOO_RECENT: undefined,
  CURSOR_EXPIRED: undefined,
  SLOW_CONSUMER: undefined,
  IDEMPOTENCY_CONFLICT: undefined,
  // Those of Apollo's protocol of automatic persisted queries, in which they are no failures.
  PERSISTED_QUERY_NOT_FOUND: 200,
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
} as const satisfies Record<string, number | undefined>

export type ErrorCode = keyof typeof errorCodes

/** From the outermost value inwards: `['input', 3, 'name']`. A number is a position in a list. */
export type Path = readonly (string | number)[]

/** One thing that is wrong with a caller's input: where, a stable code, and a sentence for people. */
export interface InputIssue {
  /** From the argument inwards: `['input', 'lts']`, `['input', 3, 'name']`. */
  readonly path: Path
  readonly code: string
  /** A complete sentence. It does not give the position in a batch: only the path does. */
  readonly message: string
  /** The template of the object that is missing, or that still refers to another. */
  readonly template?: string
  /** The canonical key of the missing object, `["ubuntu"]`. */
  readonly key?: string
  /** The field through which an object still refers to another. */
  readonly field?: string
}

/** The headers without which an answer with that status is incomplete. */
const statusHeaders: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': 'Bearer' },
  503: { 'Retry-After': '1' },
}

/** Whether an error is a caller's, with that code. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof GraphQLError && error.extensions['code'] === code
}

/** Whether a statement was refused for how much it reads, so that one for fewer objects may succeed. */
export function isTooMuch(error: unknown): boolean {
  return hasCode(error, 'LIMIT_EXCEEDED') || hasCode(error, 'TIMEOUT')
}

/** A GraphQL error for the caller. The message says what was given and what to do. */
export function createCallerError(
  code: ErrorCode,
  message: string,
  details: {
    readonly issues?: readonly InputIssue[]
    readonly cause?: unknown
    /** Where to go on in the feed of changes. */
    readonly cursor?: string
    /** Of the answer, in place of those that its status always has. */
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): GraphQLError {
  const status = errorCodes[code]
  const headers = details.headers ?? (status && statusHeaders[status])
  return new GraphQLError(message, {
    extensions: {
      code,
      ...(details.issues && { issues: details.issues }),
      ...(details.cursor !== undefined && { cursor: details.cursor }),
      ...(status && { http: { status, ...(headers && { headers }) } }),
    },
    ...(details.cause instanceof Error && { originalError: details.cause }),
  })
}

/** One error for all problems of an input. `issues` has at least one entry. */
export function createInputError(issues: readonly InputIssue[]): GraphQLError {
  return createCallerError('BAD_USER_INPUT', issues.map((issue) => issue.message).join('\n'), { issues })
}

/** An error with one issue; both have the same code. */
export function createIssueError(issue: InputIssue & { readonly code: ErrorCode }): GraphQLError {
  return createCallerError(issue.code, issue.message, { issues: [issue] })
}

/** A stored object does not fit its template as it is now. `key` is canonical. */
export function createUnfitError(template: string, key: string, field: string): GraphQLError {
  const message = `The ${template} ${key} does not fit its template: ${field} has no value, or one that is not of the field's type. Write ${field} again; _document shows what is stored.`
  return new GraphQLError(message, {
    extensions: { code: 'UNFIT_OBJECT' satisfies ErrorCode, template, key, field },
  })
}

/** A mistake in the operator's setup. The message is for the operator and says what to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** For the `default` of an exhaustive switch over a union. */
export function assertNever(value: never): never {
  throw new Error(`unexpected: ${JSON.stringify(value)}`)
}
