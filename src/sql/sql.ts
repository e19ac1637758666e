/**
 * The only way to turn text into SQL. `sql` is a tagged template: each `${}` is another piece of SQL or becomes a
 * parameter, never text. The few constants that must be in the text for the planner (template and field names, response
 * keys) go through `literal` and `identifier`.
 */

import pg from 'pg'
import tag, { empty, join, raw, type Sql } from 'sql-template-tag'
import { createCallerError } from '../errors.ts'

export type { Sql }
export { empty, join, tag as sql }

/** A statement as `pg` takes it: values only as parameters. */
export interface Statement {
  readonly text: string
  readonly values: unknown[]
}

/** A text constant: `'it''s'`. */
export function literal(text: string): Sql {
  return raw(pg.escapeLiteral(text))
}

/** A name of a table, an index or an alias: `"role"`. */
export function identifier(name: string): Sql {
  return raw(pg.escapeIdentifier(name))
}

/** A whole number that is part of a statement's shape rather than a value. */
export function integer(value: number): Sql {
  if (!Number.isSafeInteger(value)) throw new Error(`not an integer: ${value}`)
  return raw(String(value))
}

/** SQL text of the program itself, made from constants only; never use it for text from a user. */
export function trusted(text: string): Sql {
  return raw(text)
}

/** PostgreSQL's protocol counts parameters in 16 bits, and misreads statements with more. */
const mostParameters = 65_535

/** Throws LIMIT_EXCEEDED for more parameters than a statement can have. */
export function toStatement(piece: Sql): Statement {
  assertParameters(piece, mostParameters)
  return { text: piece.text, values: piece.values }
}

/**
 * The same, but planned for the values of each run although it is prepared. Otherwise PostgreSQL would after some runs keep a
 * generic plan, and walk a whole table for a rare value. The generic plan would call `registry_unplanned()`, whose cost is so
 * high that PostgreSQL never prefers that plan; if the values are known, PostgreSQL drops the condition.
 */
export function toStatementPlannedForValues(piece: Sql): Statement {
  assertParameters(piece, mostParameters - 1)
  return toStatement(tag`select * from (${piece}) as planned where ${true}::boolean or registry_unplanned()`)
}

function assertParameters({ values }: Sql, most: number): void {
  if (values.length <= most) return
  throw createCallerError(
    'LIMIT_EXCEEDED',
    `the filters contain ${values.length} values; at most ${most} are allowed; write {in: [...]} for many values of one field, or send several requests`,
  )
}
