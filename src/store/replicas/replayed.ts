import type pg from 'pg'
import type { Row } from '../database.ts'
import { digitsOf, type Position } from './position.ts'

/** What a standby has replayed. */
export interface Replayed {
  readonly digits: string
  /** Of the timelines that it has seen. */
  readonly marks: ReadonlySet<string>
}

/** The server at that address is no standby that could be compared with the primary. The code is for the log. */
export class ReplicaError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Reads the row of `compileReplayed`. Throws `ReplicaError`. */
export function parseReplayed(row: Row | undefined, client: pg.ClientBase): Replayed {
  if (row?.['is_standby'] !== true || typeof row['lsn'] !== 'string')
    throw new ReplicaError(
      'NO_STANDBY',
      'it is no standby: DATABASE_REPLICA_URLS must name servers that replay the log of the primary',
    )
  const { processID } = client as pg.ClientBase & { readonly processID?: number | null }
  if (processID !== row['pid'])
    throw new ReplicaError(
      'POOLER',
      'a pooler is in front of it, which may send each statement to another server: DATABASE_REPLICA_URLS must name the standby itself',
    )
  return { digits: digitsOf(row['lsn']), marks: new Set(row['marks'] as readonly string[]) }
}

/** Whether all that was written before these positions has been replayed. */
export function hasReplayed({ digits, marks }: Replayed, positions: readonly Position[]): boolean {
  return positions.every((position) => marks.has(position.mark) && position.digits <= digits)
}
