/** The statements of `history`: they remove what objects were, and move the time from which on the past is known. */

import { changeTable, feedFloor, feedRemovedTable, historyTable, pastTable } from '../source.ts'
import { identifier, integer, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'

/** Up to when no running write can add to the past, and so many milliseconds ago at least: a row of `until`. */
export function compileSettledUntil(ago: number): Statement {
  const end = sql`clock_timestamp() - ${integer(ago)} * interval '1 millisecond'`
  return toStatement(sql`select least(registry_settled_until(), ${end})::text as until`)
}

/** A time so many days ago, by the database's clock: a row of `time`. */
export function compileDaysAgo(days: number): Statement {
  return toStatement(sql`select (clock_timestamp() - make_interval(hours => ${integer(24 * days)}))::text as time`)
}

/**
 * Removes the oldest versions of a storage that were replaced up to a time, and says for all storages of the template that the past is
 * known from then on: a row of `versions`. Both become visible at once, so that no answer lacks what is gone.
 */
export function compileExpirePast(stored: string, storages: readonly string[], until: string, most: number): Statement {
  const old = sql`select ctid from ${pastTable} where template = ${literal(stored)} and valid_to <= ${until}::timestamptz order by valid_to limit ${integer(most)} for update skip locked`
  return toStatement(
    sql`with gone as (delete from ${pastTable} where ctid = any(array(${old})) returning valid_to as time), moved as (${moveSince(storages)}) select count(*)::int as versions from gone`,
  )
}

/** Says that nothing is known of the past of these storages. */
export function compileForgetPast(storages: readonly string[]): Statement {
  return toStatement(
    sql`insert into ${historyTable} as h (template, since) select name, 'infinity' from unnest(${[...storages]}::text[]) as name on conflict (template) do update set since = 'infinity' where h.since <> 'infinity'`,
  )
}

/** Says that the past of these storages is known from now on, if nothing of it was to be kept so far. */
export function compileKnowPast(storages: readonly string[]): Statement {
  return toStatement(
    sql`update ${historyTable} set since = clock_timestamp() where template = any(${[...storages]}::text[]) and since = 'infinity'`,
  )
}

/** A page of the log of a storage: its changes after one time and up to another. */
interface LogPage {
  readonly stored: string
  readonly after: string
  readonly until: string
  readonly most: number
}

/**
 * Removes from the log what the changes of a page have replaced, and the deletions among them: a row of `last`, the time of the last change
 * of the page, null if it has none, and `changes`, how many were removed. If these are `most`, there may be more.
 */
export function compileExpireLog(page: LogPage, storages: readonly string[]): Statement {
  const old = sql`select c.ctid from touched as t join ${changeTable} as c on c.template = ${literal(page.stored)} and c.key = t.key where c.sequence < t.sequence or (c.sequence = t.sequence and c.outcome = 'DELETED') limit ${integer(page.most)} for update of c skip locked`
  return toStatement(
    sql`with page as materialized (${compilePage(page)}), touched as materialized (select key, max(sequence) as sequence from page group by key), gone as (delete from ${changeTable} where ctid = any(array(${old})) returning changed_at as time, transaction, sequence), moved as (${moveSince(storages)}), removed as (${noteRemoved(page.stored, 'gone')}) select (select max(changed_at)::text from page) as last, (select count(*)::int from gone) as changes`,
  )
}

/**
 * Removes all but the newest versions of the objects that a page of the log has changed, but for what was replaced after that: a row of `last`, as above, and of `versions` and
 * `changes`, how many were removed. If either are `most`, there may be more.
 */
export function compileExpireVersions(page: LogPage, storages: readonly string[], kept: number): Statement {
  const { stored, most } = page
  // The newest version is not among those of the past, but a deletion, or the object as it is.
  const firstPast = sql`select p.valid_to from ${pastTable} as p where p.template = ${literal(stored)} and p.key = t.key order by p.valid_to desc offset ${integer(kept - 1)} limit 1`
  const firstChange = sql`select c.sequence from ${changeTable} as c where c.template = ${literal(stored)} and c.key = t.key order by c.sequence desc offset ${integer(kept)} limit 1`
  const oldPast = sql`select p.ctid from touched as t join ${pastTable} as p on p.template = ${literal(stored)} and p.key = t.key and p.valid_to <= t.valid_to and p.valid_to <= ${page.until}::timestamptz order by p.valid_to limit ${integer(most)} for update of p skip locked`
  const oldChanges = sql`select c.ctid from touched as t join ${changeTable} as c on c.template = ${literal(stored)} and c.key = t.key and c.sequence <= t.sequence and c.changed_at <= ${page.until}::timestamptz limit ${integer(most)} for update of c skip locked`
  return toStatement(
    sql`with page as materialized (${compilePage(page)}), touched as materialized (select t.key, (${firstPast}) as valid_to, (${firstChange}) as sequence from (select distinct key from page) as t), versions as (delete from ${pastTable} where ctid = any(array(${oldPast})) returning valid_to as time), changes as (delete from ${changeTable} where ctid = any(array(${oldChanges})) returning changed_at as time, transaction, sequence), removed as (${noteRemoved(stored, 'changes')}), gone as (select time from versions union all select time from changes), moved as (${moveSince(storages)}) select (select max(changed_at)::text from page) as last, (select count(*)::int from versions) as versions, (select count(*)::int from changes) as changes`,
  )
}

function compilePage({ stored, after, until, most }: LogPage): Sql {
  return sql`select key, sequence, changed_at from ${changeTable} where template = ${literal(stored)} and changed_at > ${after}::timestamptz and changed_at <= ${until}::timestamptz order by changed_at fetch first ${integer(most)} rows with ties`
}

/**
 * The past is known from the time on at which the youngest of what is gone was replaced, or was written to the log: what has changed since
 * an earlier time cannot be told without that.
 */
function moveSince(storages: readonly string[]): Sql {
  return sql`insert into ${historyTable} as h (template, since) select name, max(gone.time) from unnest(${[...storages]}::text[]) as name, gone group by name on conflict (template) do update set since = greatest(h.since, excluded.since)`
}

/** For so long, it is known of each transaction whether changes of it were removed. */
const hour = sql`interval '1 hour'`

/**
 * Notes the transactions whose changes were removed, for the cursors of the feed. The transactions of what was restored from a dump say
 * nothing: 0 stands for them, which all snapshots see.
 */
function noteRemoved(stored: string, rows: string): Sql {
  const removed = sql`select case when sequence > ${feedFloor} then transaction else '0'::xid8 end as transaction, sequence, time > clock_timestamp() - ${hour} as is_recent from ${identifier(rows)}`
  const noted = sql`select transaction, sequence, false as is_bound from removed where is_recent union all select max(transaction), max(sequence), true from removed where not is_recent having count(*) > 0`
  return sql`insert into ${feedRemovedTable} as r (template, transaction, sequence, is_bound) select ${literal(stored)}, transaction, max(sequence), bool_or(is_bound) from (with removed as (${removed}) ${noted}) as noted group by transaction on conflict (transaction, template) do update set sequence = greatest(r.sequence, excluded.sequence), is_bound = r.is_bound or excluded.is_bound, removed_by = excluded.removed_by`
}

/** Of what was noted long ago, the greatest transaction of each storage stands for all. */
export function compileForgetRemoved(): Statement {
  const old = sql`delete from ${feedRemovedTable} where is_bound or noted_at < clock_timestamp() - ${hour} returning template, transaction, sequence, removed_by`
  return toStatement(
    sql`with old as (${old}) insert into ${feedRemovedTable} (template, transaction, sequence, is_bound, removed_by) select template, max(transaction), max(sequence), true, max(removed_by) from old group by template`,
  )
}

/** How many objects have versions of the past that go, replaced up to a time: a row of `objects` and `samples`, the keys of the first. */
export function compileCountExpired(storages: readonly string[], until: string, mostSamples: number): Statement {
  return countKeys(sql`valid_to <= ${until}::timestamptz`, storages, mostSamples)
}

/** The same for all but the newest versions of each object. */
export function compileCountSurplus(storages: readonly string[], kept: number, mostSamples: number): Statement {
  const having = sql` having count(*) >= ${integer(kept)}`
  return countKeys(sql`true`, storages, mostSamples, having)
}

function countKeys(condition: Sql, storages: readonly string[], mostSamples: number, having = sql``): Statement {
  const found = sql`select key from ${pastTable} where template = any(${[...storages]}::text[]) and ${condition} group by key${having}`
  return toStatement(
    sql`with found as materialized (${found}) select (select count(*)::int from found) as objects, array(select key from found order by key limit ${integer(mostSamples)}) as samples`,
  )
}
