import type { Socket } from 'node:net'
import type pg from 'pg'

/** Properties of a connection that the types of `pg` do not have. */
export interface DriverConnection {
  readonly stream: Socket
  /** The texts of prepared statements, by name. The driver sends no text for these. */
  readonly parsedStatements: Record<string, string>
  /** The same, of statements that have been sent and not answered. */
  readonly submittedNamedStatements: Record<string, string>
  readonly parse: (statement: { readonly name: string; readonly text: string }) => void
  readonly bind: (portal: { readonly portal: string; readonly statement: string; readonly values: unknown[] }) => void
  readonly execute: (portal: { readonly portal: string; readonly rows: number }) => void
  /** Sends the protocol's Close message: for a prepared statement (S). */
  readonly close: (message: { readonly type: 'S'; readonly name: string }) => void
}

export function driverConnectionOf(client: pg.ClientBase): DriverConnection {
  return (client as unknown as { readonly connection: DriverConnection }).connection
}

/** The longest time for an answer, in milliseconds, from the driver's settings and the connection's URL. */
export function readLimitOf(client: pg.ClientBase): number {
  const { connectionParameters } = client as unknown as {
    readonly connectionParameters: { readonly query_timeout: number | string | false }
  }
  return Number(connectionParameters.query_timeout) || Number.POSITIVE_INFINITY
}
