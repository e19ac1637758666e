import { compileLock, type SharedLock } from '../session/compile-lock.ts'
import { type Sql, type Statement, sql, toStatement } from '../sql.ts'

/** An arbitrary number, the same in every registry server: one of them at a time sets templates up. */
const setupLock = 7_305_124_662

/** Take the lock of those who set templates up, until the session or the transaction ends. */
export function compileLockSetup(): SharedLock {
  return compileLock(setupLock)
}

/** All generations, the newest first: rows of `generation`, `files`, `digest`, `is_applied`, and `is_settled` for one applied at least a week ago. */
export function compileGenerations(): Statement {
  return toStatement(
    sql`select generation, files, digest, applied_at is not null as is_applied, coalesce(applied_at < now() - interval '7 days', false) as is_settled from registry_generation order by generation desc`,
  )
}

/** The model of a generation, as text, and if a newer one is applied, a JSON array of the storages that its templates have (`newer`). */
export function compileGenerationModel(generation: number): Statement {
  return toStatement(recordedModel(generation))
}

/** The same, and nobody else changes it until the transaction ends. */
export function compileLockModel(generation: number): Statement {
  return toStatement(sql`${recordedModel(generation)} for update of own`)
}

function recordedModel(generation: number): Sql {
  const newest = sql`select * from registry_generation where applied_at is not null order by generation desc limit 1`
  const newer = sql`select json_agg(template->>'stored') from (${newest}) as newest, lateral (select json_array_elements(model->'templates') union all select json_array_elements(model->'removed')) as templates (template) where generation > own.generation`
  return sql`select model::text as model, (${newer}) as newer from registry_generation as own where generation = ${generation}`
}

export function compileInsertGeneration(given: {
  readonly generation: number
  readonly files: string
  readonly digest: string
  readonly model: unknown
  readonly entries: unknown
  readonly consent: string | undefined
  readonly isApplied: boolean
}): Statement {
  const { generation, files, digest, model, entries, consent, isApplied } = given
  return toStatement(
    sql`insert into registry_generation (generation, files, digest, model, entries, consent, planned_at, applied_at) values (${generation}, ${files}, ${digest}, ${JSON.stringify(model)}::json, ${JSON.stringify(entries)}::json, ${consent ?? null}, now(), case when ${isApplied}::boolean then now() end)`,
  )
}

/** Records what has become of a generation's model, such as that all objects are filled. */
export function compileUpdateModel(generation: number, model: unknown): Statement {
  return toStatement(
    sql`update registry_generation set model = ${JSON.stringify(model)}::json where generation = ${generation}`,
  )
}

/** Marks a generation as applied; returns a row unless it was already. */
export function compileApply(generation: number): Statement {
  return toStatement(
    sql`update registry_generation set applied_at = now() where generation = ${generation} and applied_at is null returning 1 as applied`,
  )
}

export function compileInsertWork(generation: number, task: unknown): Statement {
  return toStatement(
    sql`insert into registry_work (generation, task) values (${generation}, ${JSON.stringify(task)}::jsonb)`,
  )
}

/** Hands over to a new generation what former ones have left of that which blocks nobody: storages to be dropped, and the past. */
export function compileInheritWork(generation: number): Statement {
  return toStatement(
    sql`update registry_work set generation = ${generation} where generation < ${generation} and finished_at is null and task->>'kind' in ('drop', 'past')`,
  )
}

/** All tasks of a generation: a row of `task` for each. */
export function compileTasks(generation: number): Statement {
  return toStatement(sql`select task from registry_work where generation = ${generation} order by id`)
}

/** The tasks of a generation that are not finished. */
export function compileUnfinished(generation: number): Statement {
  return toStatement(
    sql`select id::text as id, task from registry_work where generation = ${generation} and finished_at is null order by registry_work.id`,
  )
}

/**
 * Takes the next task, unless another server holds it: a row of `id`, `task`, `done_to` and `fence`. The lease lasts as long as the holder renews it; if
 * it dies, another server goes on where it was.
 */
export function compileTakeTask(generation: number, leaseSeconds: number): Statement {
  return toStatement(
    sql`update registry_work set fence = fence + 1, leased_to = clock_timestamp() + ${leaseSeconds}::int * interval '1 second' where id = (select min(id) from registry_work where generation = ${generation} and finished_at is null) and leased_to < clock_timestamp() returning id::text as id, task, done_to, fence::text as fence`,
  )
}

/** Renews a lease and locks it until the transaction ends; returns no row if another server has taken the task. */
export function compileHoldTask(id: string, fence: string, leaseSeconds: number): Statement {
  return toStatement(
    sql`update registry_work set leased_to = clock_timestamp() + ${leaseSeconds}::int * interval '1 second' where id = ${id}::bigint and fence = ${fence}::bigint and finished_at is null returning 1 as held`,
  )
}

export function compileAdvanceTask(id: string, doneTo: string): Statement {
  return toStatement(sql`update registry_work set done_to = ${doneTo} where id = ${id}::bigint`)
}

export function compileFinishTask(id: string): Statement {
  return toStatement(sql`update registry_work set finished_at = now() where id = ${id}::bigint`)
}

/** Whether the database takes no writes, and the newest generation that is applied: a row of `is_read_only` and `generation`. */
export function compileState(): Statement {
  const isReadOnly = sql`(pg_is_in_recovery() or current_setting('transaction_read_only')::boolean)`
  return toStatement(sql`select ${isReadOnly} as is_read_only, (${newestGeneration}) as generation`)
}

/** The newest generation that is applied: a row of `generation`. */

export function compileNewestGeneration(): Statement {
  return toStatement(newestGeneration)
}

const newestGeneration = sql`select max(generation) as generation from registry_generation where applied_at is not null`
