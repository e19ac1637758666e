import { integer, type Statement, sql, toStatement } from '../sql.ts'

/** A lock of PostgreSQL, as statements that take it if it is free: a row of `taken`. */
export interface SharedLock {
  /** Until the session ends. */
  readonly inSession: Statement
  readonly inTransaction: Statement
}

/**
 * The lock of that number, which is the same in every registry server. Without parameters, a statement leaves no snapshot in its
 * transaction, for which the building of an index would wait.
 */
export function compileLock(number: number): SharedLock {
  return {
    inSession: toStatement(sql`select pg_try_advisory_lock(${integer(number)}::bigint) as taken`),
    inTransaction: toStatement(sql`select pg_try_advisory_xact_lock(${integer(number)}::bigint) as taken`),
  }
}
