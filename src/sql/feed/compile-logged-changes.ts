import { metaTextOf } from '../columns.ts'
import { changesWithSequences } from '../source.ts'
import { type Sql, type Statement, sql, toStatement } from '../sql.ts'

/** What the feed has of a change in that row, but its place in the feed. */
export function changeColumns(row: Sql): Sql {
  return sql`${row}.sequence::text as sequence, ${row}.template, ${row}.key, ${row}.uuid::text as uuid, ${row}.outcome, ${row}.version, ${metaTextOf('updateTime', sql`${row}.changed_at`)} as time, ${row}.changed_by as actor, ${row}.changed_for as on_behalf_of, ${row}.run`
}

/** The changes with these places in the log, as far as they are kept. */
export function compileLoggedChanges(sequences: readonly string[]): Statement {
  return toStatement(
    sql`select ${changeColumns(sql`c`)} from (${changesWithSequences(sql`${[...sequences]}::bigint[]`)}) as c order by c.sequence`,
  )
}
