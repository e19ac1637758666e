/** The statements of the feed: which changes come after a position, and where it ends now. */

import { type FeedPosition, noSnapshot } from '../../plan/feed/feed-position.ts'
import { changeTable, feedFloor, feedMarkTable, feedRemovedTable } from '../source.ts'
import { empty, integer, type Sql, type Statement, sql, toStatement, toStatementPlannedForValues } from '../sql.ts'
import { changeColumns } from './compile-logged-changes.ts'

/** What is asked of the feed. */
export interface FeedPage {
  /** Undefined: from the oldest change that is kept. */
  readonly after: FeedPosition | undefined
  /** The snapshot at which a new batch ends, if it is not to end now. */
  readonly until?: string | undefined
  /** What the storages of the templates begin with (`originOf`); undefined: all. */
  readonly origins: readonly string[] | undefined
  readonly size: number
}

/** Where the feed ends now: a row of `after`, a snapshot, and `mark`. All that is committed is before it. */
export function compileFeedEnd(): Statement {
  return toStatement(
    sql`select now.s1::text as after, (${markOf(sql`now.s1`)}) as mark from (select pg_current_snapshot() as s1 offset 0) as now`,
  )
}

/**
 * A page of changes after a position: rows with the columns of a change, or one row without them. Each row has `until`, the snapshot at the end
 * of the batch, `last`, its last sequence, null if it has none, and `mark`; whether `is_known`, that the position is of what this database
 * has been, and `is_kept`, that nothing after it has been removed. All is told as of one snapshot.
 *
 *     with now as materialized (select pg_current_snapshot() as s1), floor as materialized (…),
 *       bounds as materialized (select min(c.sequence + 0) - 1 as first, max(c.sequence + 0) as last from registry_change as c where c.transaction >= pg_snapshot_xmin($1) and …),
 *       page as materialized (select c.* from registry_change as c where c.sequence > (select first from bounds) and … order by c.sequence limit 100)
 *     select now.s1::text as until, …, page.* from now left join page on true order by page.sequence
 *
 * Where a batch begins and ends is found by the transactions, once; its pages by the primary key, however many there are.
 */
export function compileFeedPage(page: FeedPage): Statement {
  const { after } = page
  const compiled = compilePage(page)
  return after && !after.batch ? toStatementPlannedForValues(compiled) : toStatement(compiled)
}

function compilePage(page: FeedPage): Sql {
  const { after, size } = page
  const until = after?.batch?.until ?? page.until
  const s1 = until === undefined ? sql`pg_current_snapshot()` : sql`${until}::pg_snapshot`
  const ctes = sql`now as materialized (select ${s1} as s1), floor as materialized (select ${feedFloor} as value), bounds as materialized (${compileBounds(page)})`
  const rows = sql`select c.* from ${changeTable} as c where c.sequence > (select first from bounds) and c.sequence <= (select last from bounds) and ${isInBatch(page)} and ${isAsked(page)} order by c.sequence limit ${integer(size)}`
  const columns = changeColumns(sql`page`)
  return sql`with ${ctes}, page as materialized (${rows}) select now.s1::text as until, (select last from bounds)::text as last, (${markOf(sql`now.s1`)}) as mark, ${isKnown(page)} as is_known, ${isKept(page)} as is_kept, ${columns} from now left join page on true order by page.sequence`
}

/** Between which sequences the rest of the batch lies. `+ 0`: the least sequence of all would be looked for by the primary key, from its beginning on. */
function compileBounds(page: FeedPage): Sql {
  const { after } = page
  if (!after) return sql`select 0::bigint as first, max(sequence) as last from ${changeTable}`
  if (after.batch) return sql`select ${after.batch.sequence}::bigint as first, ${after.batch.last}::bigint as last`
  return sql`select min(c.sequence + 0) - 1 as first, max(c.sequence + 0) as last from ${changeTable} as c where c.transaction >= pg_snapshot_xmin(${after.after}::pg_snapshot) and ${isInBatch(page)}`
}

/** Whether the snapshot at the end of the batch sees the change, and that at its beginning does not. */
function isInBatch({ after }: FeedPage): Sql {
  const floor = sql`(select value from floor)`
  const isSeen = sql`pg_visible_in_snapshot(c.transaction, (select s1 from now))`
  if (!after || after.after === noSnapshot) return sql`(c.sequence <= ${floor} or ${isSeen})`
  return sql`c.sequence > ${floor} and ${isSeen} and not pg_visible_in_snapshot(c.transaction, ${after.after}::pg_snapshot)`
}

function isKnown({ after }: FeedPage): Sql {
  if (!after) return sql`true`
  const newest = sql`${after.batch?.until ?? after.after}::pg_snapshot`
  return sql`coalesce((${markOf(newest)}) = ${after.mark} and pg_snapshot_xmax(${newest}) <= pg_snapshot_xmax(pg_current_snapshot()), false)`
}

function isAsked({ origins }: FeedPage): Sql {
  return origins ? sql`split_part(c.template, '~', 1) = any(${[...origins]}::text[])` : sql`true`
}

/**
 * Whether no change after the position was removed. What was removed long ago is not known exactly: then a transaction that was running at the
 * position, and has ended since, may be among it. Whoever reads from the oldest change on reads what there was when the reading began.
 */
function isKept({ after, origins }: FeedPage): Sql {
  if (!after) return sql`true`
  const s0 = sql`${after.after}::pg_snapshot`
  const isOwn = origins ? sql` and split_part(r.template, '~', 1) = any(${[...origins]}::text[])` : empty
  const isUnread = sql`r.sequence > ${after.batch?.sequence ?? '0'}::bigint${isOwn}`
  if (after.after === noSnapshot) {
    const began = sql`${after.batch?.until ?? noSnapshot}::pg_snapshot`
    return sql`not exists (select from ${feedRemovedTable} as r where not pg_visible_in_snapshot(r.removed_by, ${began}) and ${isUnread})`
  }
  const unseen = sql`select from ${feedRemovedTable} as r where r.transaction >= pg_snapshot_xmin(${s0}) and not pg_visible_in_snapshot(r.transaction, ${s0}) and ${isUnread}`
  const hasEnded = sql`running.id <= r.transaction and pg_visible_in_snapshot(running.id, pg_current_snapshot())`
  const doubtful = sql`select from ${feedRemovedTable} as r where r.is_bound and ${isUnread} and exists (select from pg_snapshot_xip(${s0}) as running (id) where ${hasEnded})`
  return sql`(not exists (${unseen}) and not exists (${doubtful}))`
}

/** The newest mark that a snapshot sees. */
function markOf(snapshot: Sql): Sql {
  return sql`select m.id from ${feedMarkTable} as m where pg_visible_in_snapshot(m.transaction, ${snapshot}) order by m.number desc limit 1`
}
