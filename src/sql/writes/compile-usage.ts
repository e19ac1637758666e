/** The statements that hold a caller to its limits. */

import { allObjects } from '../../plan/source.ts'
import type { Template } from '../../template/model.ts'
import { createCompiler } from '../compiler.ts'
import { objectsOf, usageTable } from '../source.ts'
import { identifier, integer, type Statement, sql, toStatement } from '../sql.ts'
import { indexedCharacters } from './compile-usage-index.ts'

/** Holds the caller's row until the transaction ends: a row with the `bytes` that it has written today. */
export function compileHoldUsage(actor: string): Statement {
  return toStatement(sql`insert into ${usageTable} as u (actor, day, bytes) values (${actor}, (clock_timestamp() at time zone 'UTC')::date, 0)
on conflict (actor) do update set day = greatest(u.day, excluded.day), bytes = case when u.day < excluded.day then 0 else u.bytes end
returning bytes`)
}

/** Adds to what the caller has written on the day on which the row was taken. */
export function compileAddUsage(actor: string, bytes: number): Statement {
  return toStatement(sql`update ${usageTable} set bytes = bytes + ${bytes}::bigint where actor = ${actor}`)
}

/** How many objects of the template the caller has created, and exist: a row with `count`. It counts no further than `most`. */
export function compileCountCreated(template: Template, actor: string | undefined, most: number): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const own = sql`${identifier(row)}.created_by`
  const indexed = sql`left(${own}, ${integer(indexedCharacters)})`
  const isOwn =
    actor === undefined
      ? sql`${indexed} is null`
      : sql`${indexed} = left(${actor}, ${integer(indexedCharacters)}) and ${own} = ${actor}`
  return toStatement(
    sql`select count(*)::int as count from (select 1 from ${objectsOf(allObjects(template), row, compiler)} and ${isOwn} limit ${most}) as own`,
  )
}
