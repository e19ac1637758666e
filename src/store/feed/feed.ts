import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import type { Logger } from '../../logger.ts'
import type { FeedPosition } from '../../plan/feed/feed-position.ts'
import { compileLockFeedMarks, compileMarkFeed } from '../../sql/feed/compile-feed-mark.ts'
import type { Database } from '../database.ts'
import { inOneTransaction, runOn, settingsFor, withOwnConnection } from '../own-connection.ts'
import { createFeedReader } from './create-feed-reader.ts'
import { createWake } from './create-wake.ts'
import { findFeedEnd, readFeed } from './read-feed.ts'
import { watchGrowth } from './watch-growth.ts'

/** A finished change, as the log has it. */
export interface FeedChange {
  /** The place of the change in the log; ascending for the versions of one object. Others may become visible later. */
  readonly sequence: string
  /** The storage that was written: a template's stored name, or that of a former key. Compare `originOf`. */
  readonly template: string
  /** The canonical key that the object had. */
  readonly key: string
  readonly uuid: string
  readonly version: number
  readonly outcome: 'CREATED' | 'UPDATED' | 'DELETED'
  /** In its stored form, by the clock of the database. */
  readonly time: string
  readonly actor: string | undefined
  readonly onBehalfOf: string | undefined
  readonly run: string | undefined
  /** Behind this change: what comes after it has not been read. `printFeedCursor` makes a cursor of it. */
  readonly position: FeedPosition
}

/** A part of the feed, in order. */
export interface FeedPart {
  readonly changes: readonly FeedChange[]
  /** Where to go on. */
  readonly end: FeedPosition
  /** Whether nothing more was there when it was read. */
  readonly isCaughtUp: boolean
  /** Whether it may lack what is not kept any more; only where that is passed over. */
  readonly isLacking?: boolean
}

export interface FeedReading {
  readonly until?: FeedPosition | undefined
  readonly origins?: readonly string[] | undefined
  /** Whether what is not kept any more is passed over. Else, the position has expired. */
  readonly passesOver?: boolean
}

export interface FeedListener {
  /**
   * Is given each part from now on, at once and in order; parts without changes are left out. All templates, whoever may read them. It
   * must not block: an error of it, or a promise that rejects, is logged and harms nobody else.
   */
  readonly onChanges: (part: FeedPart) => unknown
  /** Is told that no more parts come, because the database was restored to another time: its positions have expired. */
  readonly onEnd?: (error: unknown) => void
}

export interface Following {
  /** The parts that come are those after this position. To begin earlier, read from there `until` this position first. */
  readonly position: FeedPosition
  readonly stop: () => void
}

/** The finished changes of all templates, in an order that keeps that of each object's versions. One a process. */
export interface Feed {
  /**
   * The changes after a position, from the oldest that is kept if there is none, in the order in which to apply them. With `until`, it is caught up there, so that what
   * a listener is given fits on without a gap. With `origins`, only those of templates whose stored names begin so (`originOf`); positions
   * do not depend on that. Throws CURSOR_EXPIRED, whose `extensions.cursor` is that of now.
   */
  readonly read: (after: FeedPosition | undefined, first: number, options?: FeedReading) => Promise<FeedPart>
  /** The position now: all that is committed is before it. */
  readonly position: () => Promise<FeedPosition>
  /**
   * Resolves once the listener is given all that is committed from now on. Rejects if the database is away. One reader serves all listeners
   * of a process, and reads only while there are any. Call `stop` at the end.
   */
  readonly listen: (listener: FeedListener) => Promise<Following>
  /** Tells the readers of all servers that something was written. It may be called often; others are told every 20 ms at most. */
  readonly noteWrite: () => void
  /** Marks that a server starts, before it serves anything: after a restore, former positions have expired. */
  readonly begin: () => Promise<void>
  readonly close: () => Promise<void>
}

export function createFeed(options: {
  /** The primary. */
  readonly database: Pick<Database, 'run'>
  /** To the primary, not through a pooler if that can be avoided. */
  readonly connection: pg.ClientConfig
  readonly logger: Pick<Logger, 'warn' | 'debug'>
}): Feed {
  const { database, connection, logger } = options
  const wake = createWake(connection, logger)
  const noteGrowth = watchGrowth(database)
  const reader = createFeedReader({
    read: (after, first) => readFeed(database.run, after, first, {}),
    position: () => findFeedEnd(database.run),
    wake,
    logger,
  })
  return {
    read: (after, first, given = {}) => readFeed(database.run, after, first, given),
    position: () => findFeedEnd(database.run),
    listen: reader.listen,
    noteWrite() {
      wake.noteWrite()
      noteGrowth()
    },
    begin: () =>
      withOwnConnection(settingsFor('setup', connection), (client) =>
        inOneTransaction(runOn(client), async (run) => {
          await run(compileLockFeedMarks())
          await run(compileMarkFeed(randomBytes(6).toString('hex')))
        }),
      ),
    async close() {
      await reader.close()
      await wake.close()
    },
  }
}
