/** The statements that tell which times a read of the past may name. */

import { metaTextOf } from '../columns.ts'
import { historyTable, objectsWithUuid, pastTable } from '../source.ts'
import { type Statement, sql, toStatement } from '../sql.ts'

/**
 * Whether no write can change any more what was at a time: a row with `is_settled`; `is_future`, by the database's clock, but
 * for a second by which that of a server may be ahead; and `until`, up
 * to when all is settled.
 */
export function compileSettled(at: string): Statement {
  return toStatement(
    sql`select ${at}::timestamptz <= settled.until as is_settled, ${at}::timestamptz > clock_timestamp() + interval '1 second' as is_future, ${metaTextOf('updateTime', sql`settled.until`)} as until from (select registry_settled_until() as until offset 0) as settled`,
  )
}

/** Those of the templates whose past is told from a later time on, the latest first: rows of `template`, a stored name, and `since`, null if none of it is kept. */
export function compileExpired(at: string, templates: readonly string[]): Statement {
  return toStatement(
    sql`select template, case when since < 'infinity' then ${metaTextOf('updateTime', sql`since`)} end as since from (select template, greatest(since, rekeyed_at) as since from ${historyTable} where template = any(${[...templates]}::text[])) as h where since > ${at}::timestamptz order by h.since desc`,
  )
}

/** The templates of which the object with a uuid is, or has been: rows of `template`, a stored name. */
export function compileOwners(uuid: string): Statement {
  return toStatement(
    sql`select template from ${objectsWithUuid(sql`${uuid}::uuid`)} union select template from ${pastTable} where uuid = ${uuid}::uuid`,
  )
}
