import type { Field, Template } from '../template/model.ts'
import { objectsOf } from './compile-condition.ts'
import { identifier, literal, type Statement, sql, toStatement } from './sql.ts'

/** A row if any object of the template has that attribute. Reads the whole partition where none has. */
export function compileFindAttribute(template: Template, field: Field): Statement {
  const row = 'o1'
  return toStatement(
    sql`select 1 from ${objectsOf(template.name, row)} and ${identifier(row)}.document ? ${literal(field.attribute)} limit 1`,
  )
}
