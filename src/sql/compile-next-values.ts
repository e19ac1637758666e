import { allObjects } from '../plan/source.ts'
import type { Field, Template } from '../template/model.ts'
import { createCompiler } from './compiler.ts'
import { objectsOf } from './source.ts'
import { identifier, literal, type Statement, sql, toStatement } from './sql.ts'

/**
 * The values of a field in the next objects of its template after a key, in the order of the keys:
 *
 *     select o1.key, o1.document -> 'port' as value from … where … and o1.key > $1 order by o1.key limit $2
 */
export function compileNextValues(template: Template, field: Field, after: string, count: number): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const o = identifier(row)
  return toStatement(
    sql`select ${o}.key, ${o}.document -> ${literal(field.attribute)} as value from ${objectsOf(allObjects(template), row, compiler)} and ${o}.key > ${after} order by ${o}.key limit ${count}`,
  )
}
