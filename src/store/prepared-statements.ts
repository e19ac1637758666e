import type pg from 'pg'
import { type BoundedMap, type Bounds, createBoundedMap } from './bounded-map.ts'
import { driverConnectionOf } from './driver-connection.ts'
import { poolingOf } from './pooler/pooler-client.ts'
import { createStatementNames, type NamedText } from './statement-names.ts'

/** Keeps track of the statements that each connection has prepared. */
export interface PreparedStatements {
  /**
   * The text, and the name under which the connection has prepared or will prepare it; undefined if it is
   * parsed each time. The statement must be the next one sent on this connection.
   */
  readonly nameFor: (client: pg.ClientBase, text: string) => NamedText | undefined
  /** Call this if a pooler loses them: from then on, nothing is prepared. */
  readonly giveUp: () => void
}

export interface PreparingOptions {
  /** Whether anything is prepared; if that is not said, unless there is a pooler, which may give the next transaction another session. */
  readonly isWanted?: boolean | undefined
  /** Is told how each statement is sent: `new` ones are prepared with it. */
  readonly note?: ((form: 'new' | 'prepared' | 'unprepared') => void) | undefined
}

/**
 * The bounds of each connection, in texts and characters. PostgreSQL uses some 90 bytes of memory per character of a prepared
 * text: at most 27 MB per connection. This process keeps each text once for all connections: 0.7 MB in total, and
 * less than 8 MB even if each of ten connections has different texts.
 */
const defaultBounds: Bounds = { entries: 300, weight: 300_000 }

/**
 * Keeps the prepared statements of each connection within the bounds, whose weight is in characters of text: before a
 * connection would exceed them, it closes the least recently used statements.
 */
export function createPreparedStatements(
  bounds: Bounds = defaultBounds,
  { isWanted, note }: PreparingOptions = {},
): PreparedStatements {
  const names = createStatementNames(bounds)
  let wanted = isWanted
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
      const isPrepared = wanted ?? poolingOf(client).kind === 'none'
      const named = isPrepared ? names.find(text) : undefined
      if (!named) {
        note?.('unprepared')
        return undefined
      }
      const statements = preparedOn(client)
      const isKnown = statements.get(named.name) === true
      if (!isKnown) statements.set(named.name, true, text.length)
      note?.(isKnown ? 'prepared' : 'new')
      return named
    },
    giveUp() {
      wanted = false
    },
  }
}

/**
 * Sends a Close message, which PostgreSQL answers together with the next statement: it costs no round trip, is not
 * part of a transaction, and is not an error if preparing had failed. The driver must forget the statement too; otherwise it
 * would not send the text the next time.
 */
function closeStatement(client: pg.ClientBase, name: string): void {
  const connection = driverConnectionOf(client)
  const { stream } = connection
  // Send both in one packet, so that PostgreSQL wakes up only once.
  stream.cork()
  process.nextTick(() => stream.uncork())
  connection.close({ type: 'S', name })
  delete connection.parsedStatements[name]
}
