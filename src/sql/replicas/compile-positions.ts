import { type Statement, sql, toStatement } from '../sql.ts'

/**
 * Where the primary's log ends now: a row of `lsn`, `system`, `timeline`, and the `mark` of that timeline, or null. What was committed
 * before is before it.
 */
export function compilePosition(): Statement {
  return toStatement(
    sql`select now.*, (select mark from registry_timeline t where t.system = now.system and t.timeline = now.timeline) as mark from (select pg_current_wal_insert_lsn()::text as lsn, system_identifier as system, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as timeline from pg_control_system()) as now`,
  )
}

/** Gives a timeline a mark, unless it has one. */
export function compileInsertTimeline(given: {
  readonly mark: string
  readonly system: string
  readonly timeline: string
}): Statement {
  return toStatement(
    sql`insert into registry_timeline (mark, system, timeline) values (${given.mark}, ${given.system}::bigint, ${given.timeline}) on conflict do nothing`,
  )
}

/**
 * What a standby has replayed: a row of `lsn`, `marks` of the timelines that it has seen, `is_standby`, and `pid`. A statement that is
 * sent afterwards on the same connection sees all of it. In one statement with what is read it would say too much: PostgreSQL takes the
 * snapshot first.
 */
export function compileReplayed(): Statement {
  return toStatement(
    sql`select pg_last_wal_replay_lsn()::text as lsn, array(select mark from registry_timeline) as marks, pg_is_in_recovery() as is_standby, pg_backend_pid() as pid`,
  )
}
