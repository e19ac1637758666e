import { allObjects } from '../plan/source.ts'
import type { Field, Template } from '../template/model.ts'
import { createCompiler } from './compiler.ts'
import { objectsOf } from './source.ts'
import { identifier, literal, type Statement, sql, toStatement } from './sql.ts'

/** Returns a row if any object of the template has that attribute. Reads the whole partition if none has. */
export function compileFindAttribute(template: Template, field: Field): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  return toStatement(
    sql`select 1 from ${objectsOf(allObjects(template), row, compiler)} and ${identifier(row)}.document ? ${literal(field.attribute)} limit 1`,
  )
}
