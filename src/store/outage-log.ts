import type { Logger } from 'pino'

/** Between two warnings of one kind, in milliseconds. */
const silence = 30_000
const mostKinds = 100

const ofDatabase = 'the database cannot be used as it should; requests wait, or are answered with SERVICE_UNAVAILABLE'

/**
 * Logs why the database cannot be used: one warning a kind and half minute, with how many there were since the last. `says` is what that
 * means, if something else; `about` goes into the line.
 */
export function createOutageLog(
  logger: Pick<Logger, 'warn'>,
  says = ofDatabase,
  about: Readonly<Record<string, unknown>> = {},
): (error: unknown) => void {
  const kinds = new Map<string, { at: number; more: number }>()
  return (error) => {
    // Only these: pg attaches the whole connection to some errors.
    const { code, message } = error as { readonly code?: string; readonly message?: string }
    const remedy = remedies[code ?? '']
    const kind = code ?? message ?? ''
    const now = performance.now()
    const last = kinds.get(kind)
    if (last && now - last.at < silence) {
      last.more++
      return
    }
    if (kinds.size >= mostKinds) kinds.clear()
    kinds.set(kind, { at: now, more: 0 })
    logger.warn(
      {
        ...about,
        code,
        reason: message,
        ...(last && { moreSinceThen: last.more }),
        ...(remedy !== undefined && { remedy }),
      },
      says,
    )
  }
}

const lostStatements =
  'the pooler does not keep prepared statements: nothing is prepared from now on. Unset DATABASE_PREPARED, or take PgBouncer 1.21 or newer with max_prepared_statements above 0'

/** What an operator can do, by SQLSTATE. */
export const remedies: Readonly<Record<string, string>> = {
  '26000': lostStatements,
  '42P05': lostStatements,
  '42501':
    "The user of DATABASE_URL lacks a right. The registry's tables must belong to this user: take the one with whom the server first started, or make this one their owner.",
  '53100': 'The disk of the database is full: make room there.',
  '53200':
    'PostgreSQL lacks memory, or room for locks: raise max_locks_per_transaction if the reason is shared memory; otherwise give it more memory, or lower work_mem or max_connections.',
  '53300':
    'PostgreSQL has as many connections as it takes: lower DATABASE_CONNECTIONS on all servers, or raise max_connections, or the limit of the database or user.',
  '57P03': 'PostgreSQL is starting, stopping or recovering: wait until it is done.',
  '58030': 'PostgreSQL cannot read or write its disk: look at the disk, and at the log of PostgreSQL.',
}
