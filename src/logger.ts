/** The server's log, one event a line; log-output.ts says where it goes. */

import { type DestinationStream, type Logger, pino } from 'pino'
import { hasCode } from './errors.ts'
import type { LogLevel } from './settings.ts'

export type { Logger }

/**
 * A logger with ISO timestamps and levels by name. It logs only the type, message, code, stack and causes of an `err`:
 * other properties of errors contain queries and the values of rows. There is no stack where the database is only away: nothing in the
 * program is to be mended.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => toLoggedError(error, 0, !hasCode(error, 'SERVICE_UNAVAILABLE')) },
  }
  return destination ? pino(options, destination) : pino(options)
}

interface LoggedError {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
  readonly cause?: LoggedError
}

const causesLogged = 5

function toLoggedError(error: unknown, depth: number, hasStack: boolean): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { code, originalError } = error as NodeJS.ErrnoException & { readonly originalError?: Error }
  // The stack of a GraphQL error is that of its original error.
  const cause = error.cause ?? (hasStack ? undefined : originalError)
  return {
    type: error.constructor.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    ...(hasStack && error.stack !== undefined && { stack: error.stack }),
    ...(cause !== undefined && depth < causesLogged && { cause: toLoggedError(cause, depth + 1, hasStack) }),
  }
}
