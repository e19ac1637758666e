import { GraphQLError } from 'graphql'
import { createCallerError, isTooMuch } from '../../errors.ts'
import { printFeedCursor } from '../../plan/feed/feed-cursor.ts'
import type { FeedPosition } from '../../plan/feed/feed-position.ts'
import type { Row, Run } from '../database.ts'
import type { Feed, FeedChange, FeedPart } from '../feed/feed.ts'
import type { Allowance } from './create-allowance.ts'
import { createInbox, type Inbox } from './create-inbox.ts'
import { createLanes } from './create-lanes.ts'
import { createLeaving, type Leaving } from './create-leaving.ts'
import { createSieve, type Mesh } from './create-sieve.ts'
import { changesOf, halvesOf, mostAtATime, pieceOf, remember } from './pieces.ts'

/** What changes, told to those who follow it. */
export interface Streams {
  /** From a position on, or from now on. Throws CURSOR_EXPIRED, LIMIT_EXCEEDED or SERVICE_UNAVAILABLE. It ends when `connection` is closed. */
  readonly open: (
    topic: Topic,
    after: FeedPosition | undefined,
    connection?: Leaving | undefined,
  ) => Promise<EventStream<StreamEvent>>
  /** Ends all streams, each with a bookmark, as templates that differ do. */
  readonly endAll: () => void
  /** The same, and opens no others. */
  readonly stop: () => void
  /** How many are open now. */
  readonly count: () => number
}

/** Events, until `next` says that it is done. Whoever does not wait for that calls `return`. */
export interface EventStream<Event> extends AsyncIterableIterator<Event, void, void> {
  readonly return: () => Promise<IteratorResult<Event, void>>
}

/** What one subscription is told. Topics of the same name are told the same, and are asked for together. */
export interface Topic {
  readonly name: string
  /** The template, as `originOf` gives it. */
  readonly origin: string
  /** Callers who follow much are asked for in turns with the others. Undefined: callers are not told from one another. */
  readonly lane: string | undefined
  /** What is told of the changes with these places in the log: rows of `sequence` and others. */
  readonly read: (run: Run, sequences: readonly string[]) => Promise<readonly Row[]>
  /** Which changes may concern it, as far as that can be told without asking for it alone. Undefined: all of its template. */
  readonly mesh?: Mesh | undefined
  /** Rejects when the caller is not known any more. It is called now and then. */
  readonly verify: () => Promise<unknown>
}

/** `row` is undefined for a bookmark. What comes next is after the position. */
export interface StreamEvent {
  readonly row: Row | undefined
  readonly position: FeedPosition
}

/** So long nothing is told before a bookmark is, and so often a caller is verified; in milliseconds. */
const usual = { silence: 30_000 } as const
const partSize = 1_000
const mostAsked = 3

type Rows = ReadonlyMap<string, Row>

/** `run` reads on the primary. */
export function createStreams(
  feed: Pick<Feed, 'listen' | 'read'>,
  run: Run,
  allowance: Allowance,
  { silence }: { readonly silence: number } = usual,
): Streams {
  const inTurn = createLanes(mostAsked)
  const leaving = createLeaving()
  const sieve = createSieve(run)
  const open = new Set<Inbox>()
  /** What has been read of a part, by topic: all who follow are given the same parts. */
  const read = new WeakMap<readonly FeedChange[], Map<string, Promise<Rows>>>()
  let isStopped = false

  const endAll = () => {
    for (const inbox of [...open]) inbox.end({ kind: 'stopped' })
  }
  return {
    endAll,
    count: () => open.size,
    stop() {
      isStopped = true
      endAll()
    },
    async open(topic, after, connection) {
      if (isStopped) throw createCallerError('SERVICE_UNAVAILABLE', 'The server stops. Ask again.')
      const giveBack = allowance.take(topic.lane)
      const inbox = createInbox()
      // From now on, so that a server that stops in the meantime ends it too.
      open.add(inbox)
      const listener = {
        onChanges(part: FeedPart) {
          const own = changesOf(part.changes, topic.origin)
          if (!topic.mesh || own.length === 0) inbox.add(part, own)
          else sieve.sift(own, topic.mesh, inbox.addUndecided(part, own))
        },
        onEnd: (error: unknown) => inbox.end({ kind: 'failed', error }),
      } as const
      const following = await feed.listen(listener).catch((error: unknown) => {
        giveBack()
        open.delete(inbox)
        throw error
      })
      const close = () => {
        forget?.()
        giveBack()
        inbox.end({ kind: 'closed' })
        open.delete(inbox)
        following.stop()
      }
      const forget = connection && leaving.watch(connection, close)
      if (connection?.destroyed) close()
      const readOn = (from: FeedPosition, until: FeedPosition) =>
        feed.read(from, partSize, { until, origins: [topic.origin] })
      try {
        // Before the first event, so that an expired cursor is an error of the operation.
        const first = after && (await readOn(after, following.position))
        const events = generate(topic, {
          inbox,
          readOn,
          first,
          start: after ?? following.position,
          until: following.position,
        })
        return endingWith(events, close)
      } catch (error) {
        close()
        throw error
      }
    },
  }

  async function* generate(
    topic: Topic,
    given: {
      readonly inbox: Inbox
      readonly readOn: (from: FeedPosition, until: FeedPosition) => Promise<FeedPart>
      readonly first: FeedPart | undefined
      readonly start: FeedPosition
      readonly until: FeedPosition
    },
  ): AsyncGenerator<StreamEvent, void, void> {
    const { inbox, readOn, start } = given
    let at = start
    let verifiedAt = performance.now()
    let toldAt = performance.now()
    const place = () => ({ cursor: printFeedCursor(at) })
    try {
      if (given.first) yield* catchUp(given.until, given.first)
      for (;;) {
        const { passed, ...item } = await inbox.next(Math.max(0, toldAt + silence - performance.now()))
        at = passed ?? at
        if (item.kind === 'closed') return
        if (item.kind === 'slow') throw createSlowError(place().cursor)
        if (item.kind === 'failed') throw item.error
        if (item.kind === 'part') yield* tell(item.own, item.part.end)
        else if (item.kind === 'gap') yield* catchUp(item.until)
        if (item.kind === 'stopped' || performance.now() - toldAt >= silence)
          yield* give({ row: undefined, position: at })
        if (item.kind === 'stopped') return
      }
    } catch (error) {
      throw withCursor(error, place())
    }

    /** Reads on from where it is. */
    async function* catchUp(until: FeedPosition, known?: FeedPart): AsyncGenerator<StreamEvent, void, void> {
      for (let part = known ?? (await readOn(at, until)); ; part = await readOn(at, until)) {
        yield* tell(changesOf(part.changes, topic.origin), part.end)
        if (part.isCaughtUp) return
      }
    }

    async function* tell(own: readonly FeedChange[], end: FeedPosition): AsyncGenerator<StreamEvent, void, void> {
      for (let from = 0; from < own.length; from += mostAtATime) {
        // The same piece of the same list for all who follow.
        yield* tellPiece(pieceOf(own, from))
      }
      at = end
    }

    /** If it is too much for one statement, one half after the other: else it would be too much again from its cursor on. */
    async function* tellPiece(piece: readonly FeedChange[]): AsyncGenerator<StreamEvent, void, void> {
      const rows = await rowsOf(topic, piece, inbox).catch((error: unknown) => {
        if (piece.length > 1 && isTooMuch(error)) return undefined
        throw error
      })
      if (!rows) for (const half of halvesOf(piece)) yield* tellPiece(half)
      else
        for (const { sequence, position } of piece) {
          const row = rows.get(sequence)
          if (row) yield* give({ row, position })
        }
    }

    async function* give(event: StreamEvent): AsyncGenerator<StreamEvent, void, void> {
      if (performance.now() - verifiedAt >= silence) {
        await topic.verify()
        verifiedAt = performance.now()
      }
      at = event.position
      inbox.noteWaiting(true)
      yield event
      inbox.noteWaiting(false)
      toldAt = performance.now()
    }
  }

  /** Whoever lags behind asks for what follows too, so that it catches up however small the parts are. */
  function rowsOf(topic: Topic, piece: readonly FeedChange[], inbox: Inbox): Promise<Rows> {
    const known = knownOf(piece).get(topic.name)
    if (known) return known
    const following = inbox.following(mostAtATime - piece.length).filter((one) => !knownOf(one).has(topic.name))
    const together = ask(topic, [piece, ...following])
    if (following.length === 0) return together
    return together.catch((error: unknown) => {
      if (isTooMuch(error)) return ask(topic, [piece])
      throw error
    })
  }

  function ask(topic: Topic, some: readonly (readonly FeedChange[])[]): Promise<Rows> {
    const rows = inTurn(topic.lane ?? '', async () => {
      const sequences = some.flatMap((piece) => piece.map(({ sequence }) => sequence))
      const found = await topic.read(run, sequences)
      return new Map(found.map((row) => [String(row.sequence), row]))
    })
    for (const piece of some) knownOf(piece).set(topic.name, rows)
    // Whoever comes later asks again.
    rows.catch(() => {
      for (const piece of some) if (knownOf(piece).get(topic.name) === rows) knownOf(piece).delete(topic.name)
    })
    return rows
  }

  function knownOf(piece: readonly FeedChange[]): Map<string, Promise<Rows>> {
    return remember(read, piece, () => new Map<string, Promise<Rows>>())
  }
}

/** The generator, of which `return` also ends what it waits for; a generator alone would wait until that has come. */
function endingWith<Event>(events: AsyncGenerator<Event, void, void>, close: () => void): EventStream<Event> {
  return {
    async next() {
      const result = await events.next().catch((error: unknown) => {
        close()
        throw error
      })
      if (result.done) close()
      return result
    },
    return() {
      close()
      return events.return()
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function createSlowError(cursor: string) {
  return createCallerError(
    'SLOW_CONSUMER',
    `This subscription was ended, because its client did not read while thousands of changes came. Go on from the cursor ${cursor}.`,
  )
}

/** Says where to go on, as data. */
function withCursor(error: unknown, place: { readonly cursor: string }): unknown {
  if (!(error instanceof GraphQLError)) return error
  return new GraphQLError(error.message, {
    originalError: error.originalError,
    extensions: { ...place, ...error.extensions },
  })
}
