/** The statements that say from when on the past of templates is known, and that forget it. */

import { originOf } from '../../template/changes/continue-model.ts'
import { changeTable, historyTable, pastTable } from '../source.ts'
import { literal, type Statement, sql, toStatement } from '../sql.ts'

/**
 * Tells nothing of what was before now, as long as the past of a generation has not been brought in step with the keys that objects have
 * got. Whoever writes to a storage that has just been filled must wait until the transaction ends.
 */
export function compileHidePast(generation: number): Statement {
  const since = sql`coalesce((select f.since from ${historyTable} as f where f.template = task->>'from'), '-infinity')`
  return toStatement(
    sql`insert into ${historyTable} as h (template, since, rekeyed_at) select distinct on (task->>'stored') task->>'stored', ${since}, clock_timestamp() from registry_work where generation = ${generation} and finished_at is null and task->>'kind' = 'past' order by task->>'stored', id on conflict (template) do update set rekeyed_at = excluded.rekeyed_at`,
  )
}

/** Tells again what was before, unless another task than that one has something left to do with it. */
export function compileShowPast(stored: string, task: string): Statement {
  const others = sql`select from registry_work where id <> ${task}::bigint and finished_at is null and task->>'kind' = 'past' and task->>'stored' = ${stored}`
  return toStatement(
    sql`update ${historyTable} set rekeyed_at = null where template = ${stored} and not exists (${others})`,
  )
}

/** Deletes the history of all storages that a template has ever had. */
export function compileForgetPast(stored: string): Statement {
  const origin = literal(originOf(stored))
  // Its storages with other keys are called image~2 and so on; no other template's name begins so.
  const isOwn = sql`(template = ${origin} or template > ${origin} || '~' and template < ${origin} || chr(127))`
  return toStatement(
    sql`with past as (delete from ${pastTable} where ${isOwn}), history as (delete from ${historyTable} where ${isOwn}) delete from ${changeTable} where ${isOwn}`,
  )
}
