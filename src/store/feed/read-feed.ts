import { createCallerError } from '../../errors.ts'
import { printFeedCursor } from '../../plan/feed/feed-cursor.ts'
import { type FeedPosition, noSnapshot } from '../../plan/feed/feed-position.ts'
import { compileFeedEnd, compileFeedPage } from '../../sql/feed/compile-feed.ts'
import { compileLoggedChanges } from '../../sql/feed/compile-logged-changes.ts'
import type { Row, Run } from '../database.ts'
import type { FeedChange, FeedPart, FeedReading } from './feed.ts'

/** Where the feed ends now. `run` must run on the primary: only that knows which transactions are running. */
export async function findFeedEnd(run: Run): Promise<FeedPosition> {
  const [row] = await run(compileFeedEnd())
  return { mark: String(row?.mark ?? ''), after: String(row?.after) }
}

/** One statement. Throws CURSOR_EXPIRED. */
export async function readFeed(
  run: Run,
  after: FeedPosition | undefined,
  first: number,
  { until, origins, passesOver = false }: FeedReading,
): Promise<FeedPart> {
  // A batch that has begun goes on to its own end.
  const end = after?.batch ? undefined : until?.after
  const rows = await run(compileFeedPage({ after, until: end, origins, size: first }))
  const [row] = rows
  const isLacking = row?.is_kept !== true
  if (row?.is_known !== true || (isLacking && !passesOver)) throw expire(await findFeedEnd(run), row?.is_known !== true)
  const mark = String(row.mark ?? '')
  const batchEnd: FeedPosition = { mark, after: String(row.until) }
  const before = after?.after ?? noSnapshot
  const last = String(row.last ?? '0')
  const changes = rows.flatMap((one) => {
    if (typeof one.sequence !== 'string') return []
    const position = { mark, after: before, batch: { until: batchEnd.after, sequence: one.sequence, last } }
    return [toChange(one, one.sequence, position)]
  })
  const lastRead = changes.at(-1)
  const hasMore = changes.length === first && lastRead !== undefined && BigInt(lastRead.sequence) < BigInt(last)
  return {
    changes,
    end: hasMore ? lastRead.position : batchEnd,
    isCaughtUp: !hasMore && after?.batch === undefined,
    ...(isLacking && { isLacking }),
  }
}

/** The changes with these sequences, as far as they are kept; their places in the feed are known. */
export async function readLogged(run: Run, places: ReadonlyMap<string, FeedPosition>): Promise<readonly FeedChange[]> {
  const rows = await run(compileLoggedChanges([...places.keys()]))
  return rows.flatMap((row) => {
    const position = places.get(String(row.sequence))
    return position ? [toChange(row, String(row.sequence), position)] : []
  })
}

function toChange(row: Row, sequence: string, position: FeedPosition): FeedChange {
  return {
    sequence,
    template: String(row.template),
    key: String(row.key),
    uuid: String(row.uuid),
    version: Number(row.version),
    outcome: row.outcome as FeedChange['outcome'],
    time: String(row.time),
    actor: textOf(row.actor),
    onBehalfOf: textOf(row.on_behalf_of),
    run: textOf(row.run),
    position,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function expire(end: FeedPosition, isOther: boolean) {
  const cursor = printFeedCursor(end)
  const why = isOther
    ? 'The cursor is of another registry, or of before this one was restored from a backup'
    : 'The cursor is older than the changes that are kept'
  return createCallerError(
    'CURSOR_EXPIRED',
    `${why}. Read all objects again that you follow, and after that go on from the cursor ${cursor}, which was taken now.`,
    { cursor },
  )
}
