import type pg from 'pg'
import { type BoundedMap, type Bounds, createBoundedMap } from './bounded-map.ts'
import { driverConnectionOf } from './driver-connection.ts'
import { createStatementNames, type NamedText } from './statement-names.ts'

/** Which statements the connections have prepared. */
export interface PreparedStatements {
  /**
   * The name under which the connection prepares the text, or has prepared it, and the text; undefined if it is to be
   * parsed each time. The statement must be the next one that is sent on this connection.
   */
  readonly nameFor: (client: pg.ClientBase, text: string) => NamedText | undefined
}

/**
 * Of each connection, in texts and characters. PostgreSQL takes some 90 bytes of memory for each character of a prepared text:
 * 27 MB a connection at most. This process keeps a text once for all connections that have it prepared: 0.7 MB in all, and
 * less than 8 MB even where ten connections have texts of their own.
 */
const defaultBounds: Bounds = { entries: 300, weight: 300_000 }

/**
 * Keeps what each connection has prepared within the bounds, whose weight is in characters of text: before a connection
 * prepares one statement too many, it closes the least recently used ones.
 */
export function createPreparedStatements(bounds: Bounds = defaultBounds): PreparedStatements {
  const names = createStatementNames(bounds)
  const prepared = new WeakMap<pg.ClientBase, BoundedMap<true>>()
  const preparedOn = (client: pg.ClientBase): BoundedMap<true> => {
    const known = prepared.get(client)
    if (known) return known
    const created = createBoundedMap<true>(bounds, (name) => closeStatement(client, name))
    prepared.set(client, created)
    return created
  }
  return {
    nameFor(client, text) {
      const named = names.find(text)
      if (!named) return undefined
      const statements = preparedOn(client)
      if (!statements.get(named.name)) statements.set(named.name, true, text.length)
      return named
    },
  }
}

/**
 * Sends a Close message, which PostgreSQL answers together with the statement that follows: it costs no round trip, is no
 * part of a transaction, and is no error where preparing had failed. The driver must forget the statement too, or it
 * would send no text when it comes again.
 */
function closeStatement(client: pg.ClientBase, name: string): void {
  const connection = driverConnectionOf(client)
  const { stream } = connection
  // Both leave in one packet: PostgreSQL is woken once.
  stream.cork()
  process.nextTick(() => stream.uncork())
  connection.close({ type: 'S', name })
  delete connection.parsedStatements[name]
}
