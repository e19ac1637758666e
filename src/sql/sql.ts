/**
 * The one door through which text becomes SQL. `sql` is a tagged template: what stands between `${}` is another
 * piece of SQL or becomes a parameter, never text. The few constants that have to stand in the text for the
 * planner's sake (template and field names, response keys) enter through `literal` and `identifier`.
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

/** SQL of this program's own, of constants only; never of anything that a user gave. */
export function trusted(text: string): Sql {
  return raw(text)
}

/** PostgreSQL's protocol counts parameters in 16 bits, and reads nonsense where there are more. */
const mostParameters = 65_535

/** Throws LIMIT_EXCEEDED for more parameters than a statement can have. */
export function toStatement(piece: Sql): Statement {
  assertParameters(piece, mostParameters)
  return { text: piece.text, values: piece.values }
}

/**
 * The same, planned for the values of each run though it is prepared: else PostgreSQL would in time keep a plan for any
 * values, and walk a whole table for a rare one. The plan for any values would call `registry_unplanned()`, whose cost is so
 * high that PostgreSQL never prefers that plan; where the values are known, nothing of the condition is left.
 */
export function toStatementPlannedForValues(piece: Sql): Statement {
  assertParameters(piece, mostParameters - 1)
  return toStatement(tag`select * from (${piece}) as planned where ${true}::boolean or registry_unplanned()`)
}

function assertParameters({ values }: Sql, most: number): void {
  if (values.length <= most) return
  throw createCallerError(
    'LIMIT_EXCEEDED',
    `the filters hold ${values.length} values; at most ${most} are allowed; write {in: [...]} for many values of one field, or send several requests`,
  )
}
