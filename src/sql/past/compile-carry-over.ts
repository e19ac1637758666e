/** The statements that put into the past what the log tells of the time before there was one. */

import type { VersionSource } from '../../plan/past/history-plan.ts'
import { changeTable, historyTable, partitionOf, pastTable } from '../source.ts'
import { literal, type Statement, sql, toStatement } from '../sql.ts'
import { recordedRefs } from './version-document.ts'

/** The templates whose past has not been carried over yet: rows of `template`, a stored name. */
export function compileUncarried(): Statement {
  return toStatement(sql`select template from ${historyTable} where carried_to is not null`)
}

/** No more is carried over of a template. */
export function compileSkipCarryOver(stored: string): Statement {
  return toStatement(sql`update ${historyTable} set carried_to = null where template = ${stored}`)
}

/**
 * Gives imported changes in the log the time of the change before them: until then they were not there, and what the import said of their
 * time is no time of a version. Between others, a minute is enough for writers that overtake each other. None was made before the registry
 * was there.
 */
export function compileCorrectLog(): Statement {
  const began = sql`select max(since) as since, max(carried_to) as carried_to from ${historyTable} where carried_to is not null`
  const installed = sql`(select min(finished_at) from _prisma_migrations)`
  const before = sql`max(c.changed_at) filter (where c.changed_at < began.since) over (order by c.sequence rows between unbounded preceding and 1 preceding)`
  const lined = sql`select c.sequence, c.changed_at, greatest(${installed}, ${before}) as earliest from began, ${changeTable} as c where c.sequence <= began.carried_to`
  return toStatement(
    sql`with began as materialized (${began}), lined as materialized (${lined}) update ${changeTable} as c set changed_at = lined.earliest from lined where c.sequence = lined.sequence and lined.changed_at < lined.earliest - interval '1 minute'`,
  )
}

/**
 * Carries over what the log tells of the objects of a template, by its stored name, as far back as it tells all: a row of `versions`. An object's versions
 * follow each other by the order of the log, at least a microsecond apart; the log gets these times too.
 *
 * A fault is where the log does not lead from one version to the next, or not to the object as it was when the past began (`present`): what
 * was before is not known.
 */
export function compileCarryOver(stored: string, recorded: Pick<VersionSource, 'references'>): Statement {
  const own = sql`template = ${literal(stored)}`
  const moment = sql`interval '1 microsecond'`
  const began = sql`select since, carried_to from ${historyTable} where ${own} and carried_to is not null and since < 'infinity'`
  const log = sql`select c.sequence, c.key, c.uuid, c.outcome, c.version, c.changed_at, c.changed_by, c.changed_for, row_number() over (partition by c.key order by c.sequence) as place from began, ${changeTable} as c where c.template = ${literal(stored)} and c.sequence <= began.carried_to and c.changed_at < began.since and c.outcome <> 'UNCHANGED' and c.document is not null`
  const timed = sql`select log.*, least(max(log.changed_at - log.place * ${moment}) over ways + log.place * ${moment}, began.since - (count(*) over (partition by log.key) - log.place + 1) * ${moment}) as made_at from began, (${log}) as log window ways as (partition by log.key order by log.sequence)`
  const lined = sql`select timed.*, lead(made_at) over ways as ended_at, lag(outcome) over ways as outcome_before, lag(version) over ways as version_before, lag(uuid) over ways as uuid_before, first_value(made_at) over lives as created_at, first_value(changed_by) over lives as created_by, first_value(changed_for) over lives as created_for from (${timed}) as timed window ways as (partition by key order by sequence), lives as (partition by key, uuid order by sequence)`
  const columns = sql`key, uuid, version, created_at, created_by, created_for`
  const present = sql`select ${columns} from began, ${partitionOf(stored)} where ${own} and changed_at = began.since union all select ${columns} from began, ${pastTable} where ${own} and valid_from = began.since`
  const isNext = sql`case outcome when 'CREATED' then coalesce(outcome_before = 'DELETED', true) when 'DELETED' then outcome_before <> 'DELETED' and uuid_before = uuid and version = version_before else outcome_before <> 'DELETED' and uuid_before = uuid and version = version_before + (version_before < 2147483647)::int end`
  const isLast = sql`case when p.key is null then l.outcome = 'DELETED' else l.outcome <> 'DELETED' and l.uuid = p.uuid and l.version = p.version end`
  const faults = sql`select made_at as time from lined where (${isNext}) is not true union all select began.since from began, (select * from lined where ended_at is null) as l full join present as p on p.key = l.key where (${isLast}) is not true`
  const first = sql`select changed_at from ${changeTable} order by sequence limit 1`
  const known = sql`select least(began.since, greatest((${first}), (select max(time) from faults))) as since from began`
  const ended = sql`coalesce(l.ended_at, began.since)`
  const carried = sql`insert into ${pastTable} (template, key, uuid, document, refs, version, created_at, created_by, updated_by, created_for, updated_for, valid_from, valid_to) select ${literal(stored)}, l.key, l.uuid, c.document, ${recordedRefs(recorded, sql`c`)}, l.version, coalesce(p.created_at, l.created_at), case when p.key is null then l.created_by else p.created_by end, l.changed_by, case when p.key is null then l.created_for else p.created_for end, l.changed_for, l.made_at, ${ended} from began, known, lined as l join ${changeTable} as c on c.sequence = l.sequence left join present as p on p.key = l.key and p.uuid = l.uuid where known.since < began.since and l.outcome <> 'DELETED' and ${ended} > known.since returning 1`
  const corrected = sql`update ${changeTable} as c set changed_at = l.made_at from began, known, lined as l where c.sequence = l.sequence and c.changed_at <> l.made_at and known.since < began.since`
  const moved = sql`update ${historyTable} as h set since = known.since, carried_to = null from known where h.template = ${literal(stored)}`
  return toStatement(
    sql`with began as materialized (${began}), lined as materialized (${lined}), present as materialized (${present}), faults as materialized (${faults}), known as materialized (${known}), carried as (${carried}), corrected as (${corrected}), moved as (${moved}) select count(*)::int as versions from carried`,
  )
}
