import type { Json } from '../template/json.ts'
import type { Field, Template } from '../template/model.ts'
import { objectsOf } from './compile-condition.ts'
import { operators } from './operators.ts'
import { identifier, literal, type Statement, sql, toStatementPlannedForValues } from './sql.ts'

/** The objects whose field has one of these values: rows of `key` and `value`. */
export function compileFindValues(template: Template, field: Field, values: readonly Json[]): Statement {
  const row = 'o1'
  return toStatementPlannedForValues(
    sql`select ${identifier(row)}.key, ${identifier(row)}.document->${literal(field.attribute)} as value from ${objectsOf(template.name, row)} and ${operators.in.compile({ field }, row, values)}`,
  )
}
