import { changeTable, feedMarkTable, feedRemovedTable } from '../source.ts'
import { type Statement, sql, toStatement } from '../sql.ts'

/** Servers that start at the same time mark the feed one after another. */
export function compileLockFeedMarks(): Statement {
  return toStatement(sql`lock table ${feedMarkTable} in exclusive mode`)
}

/**
 * Marks the feed at the start of a server. If the database is a copy, as after a restore, the former marks go: no cursor of before is known any
 * more. All changes that there are then come before all others, since the transactions of another cluster say nothing.
 */
export function compileMarkFeed(id: string): Statement {
  // `registry restore` sets it (`embedded/backup/restore-cluster.ts`).
  const own = sql`(select d.oid::text || coalesce('/' || current_setting('registry.restored', true), '') from pg_database as d where d.datname = current_database())`
  const next = sql`pg_snapshot_xmax(pg_current_snapshot())`
  const newest = sql`newest as materialized (select m.origin, m.floor from ${feedMarkTable} as m order by m.number desc limit 1)`
  const isOther = sql`exists (select from newest where origin <> ${own})`
  const isAhead = sql`exists (select from ${feedMarkTable} as m where m.transaction >= ${next}) or exists (select from ${changeTable} as c where c.transaction >= ${next} and c.sequence > coalesce((select floor from newest), 0))`
  const state = sql`state as materialized (select ${isOther} or ${isAhead} as is_restored)`
  const gone = sql`marks as (delete from ${feedMarkTable} where (select is_restored from state)), removed as (delete from ${feedRemovedTable} where (select is_restored from state))`
  const floor = sql`case when is_restored then coalesce((select max(sequence) from ${changeTable}), 0) else coalesce((select floor from newest), 0) end`
  return toStatement(
    sql`with ${newest}, ${state}, ${gone} insert into ${feedMarkTable} (id, origin, floor) select ${id}, ${own}, ${floor} from state`,
  )
}
