import { changeTable, objectTable, pastTable } from '../source.ts'
import { identifier, integer, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'

/** Fewer pages than this are read as quickly as an index. */
const fewestPages = 8
const growth = 4

/**
 * The tables of objects, of the past and of changes that have grown so much since they were analyzed that plans for them may read them
 * whole: rows of `name`.
 */
export function compileOutgrownStatistics(): Statement {
  const pages = sql`pg_relation_size(c.oid) / current_setting('block_size')::int`
  return toStatement(
    sql`select c.relname as name from pg_class as c where (c.oid in (${regclass(pastTable)}, ${regclass(changeTable)}) or c.oid in (select inhrelid from pg_inherits where inhparent = ${regclass(objectTable)})) and ${pages} >= greatest(${integer(fewestPages)}, ${integer(growth)} * c.relpages)`,
  )
}

/** Passes over a table that somebody else is analyzing, indexing or vacuuming, rather than wait for that. Blocks nobody. */
export function compileAnalyzeTable(name: string): Statement {
  return toStatement(sql`analyze (skip_locked) ${identifier(name)}`)
}

function regclass(table: Sql): Sql {
  return sql`${literal(table.text)}::regclass`
}
