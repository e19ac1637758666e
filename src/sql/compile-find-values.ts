import { allObjects } from '../plan/source.ts'
import type { Json } from '../template/json.ts'
import type { Field, Template } from '../template/model.ts'
import { createCompiler } from './compiler.ts'
import { operators } from './operators.ts'
import { objectsOf } from './source.ts'
import { identifier, literal, type Statement, sql, toStatementPlannedForValues } from './sql.ts'
import { documentOf } from './stored-document.ts'

/** The objects whose field has one of these values: rows of `key` and `value`. */
export function compileFindValues(template: Template, field: Field, values: readonly Json[]): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  return toStatementPlannedForValues(
    sql`select ${identifier(row)}.key, ${documentOf(field, row)}->${literal(field.attribute)} as value from ${objectsOf(allObjects(template), row, compiler)} and ${operators.in({ field }, row, values)}`,
  )
}

/** The objects that have one of these keys or one of these uuids: rows of `key` and `uuid`. */
export function compileFindUuids(template: Template, keys: readonly string[], uuids: readonly string[]): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const o = identifier(row)
  return toStatementPlannedForValues(
    sql`select ${o}.key, ${o}.uuid::text as uuid from ${objectsOf(allObjects(template), row, compiler)} and (${o}.key = any(${[...keys]}::text[]) or ${o}.uuid = any(${[...uuids]}::uuid[]))`,
  )
}
