import { join, literal, type Statement, sql, toStatement } from '../sql.ts'

/** PostgreSQL's settings, by their names. */
export type SessionSettings = Readonly<Record<string, string>>

/**
 * Gives settings to the transaction that it is in, or to the session: `select set_config('jit', 'off', true)`. Undefined: there are none.
 */
export function compileSettings(
  settings: SessionSettings,
  of: 'transaction' | 'session' = 'transaction',
): Statement | undefined {
  const isLocal = of === 'transaction' ? sql`true` : sql`false`
  const calls = Object.entries(settings).map(
    ([name, value]) => sql`set_config(${literal(name)}, ${literal(value)}, ${isLocal})`,
  )
  return calls.length > 0 ? toStatement(sql`select ${join(calls, ', ')}`) : undefined
}

/**
 * Ends a limit of the session on the time of its transactions, which PostgreSQL has from 17 on: to name a setting that is not there would be an
 * error.
 */
export const withoutTransactionTimeout: Statement = toStatement(
  sql`select set_config(name, '0', false) from pg_settings where name = 'transaction_timeout'`,
)

/** Begins a transaction. At a stricter level, a statement would see the database as it was before the transaction waited for its locks. */
export function compileBegin(settings: string | undefined): string {
  const begin = 'begin isolation level read committed'
  return settings === undefined ? begin : `${begin}; ${settings}`
}
