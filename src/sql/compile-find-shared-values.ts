import { allObjects } from '../plan/source.ts'
import type { Field, Template } from '../template/model.ts'
import { createCompiler } from './compiler.ts'
import { filledRefs } from './references.ts'
import { objectsOf } from './source.ts'
import { identifier, join, literal, type Sql, type Statement, sql, toStatementPlannedForValues } from './sql.ts'
import { documentOf } from './stored-document.ts'

/** The values that an object is to get, as JSON texts in the order of the fields; undefined where it keeps its own. */
export interface GivenValues {
  readonly key: string
  readonly values: readonly (string | undefined)[]
}

/**
 * The places of those given values that another object has in all of the fields: rows of `place`, from 0.
 *
 *     select given.place - 1 as place from rows from (unnest($1), unnest($2), …) with ordinality as given (key, v0, …, place) where exists (…)
 */
export function compileFindSharedValues(
  template: Template,
  fields: readonly Field[],
  given: readonly GivenValues[],
): Statement {
  const compiler = createCompiler()
  const [other, own] = [compiler.next(), compiler.next()]
  const source = allObjects(template)
  const column = (i: number) => identifier(`v${i}`)
  const lists = fields.map((_, i) => sql`, unnest(${given.map(({ values }) => values[i] ?? null)}::text[])`)
  const names = fields.map((_, i) => sql`, ${column(i)}`)
  const kept = (field: Field) =>
    sql`(select ${storedValue(field, own)} from ${objectsOf(source, own, compiler)} and ${identifier(own)}.key = given.key)`
  const same = fields.map(
    (field, i) => sql` and ${storedValue(field, other)} = coalesce(given.${column(i)}::jsonb, ${kept(field)})`,
  )
  const found = sql`select 1 from ${objectsOf(source, other, compiler)} and ${identifier(other)}.key <> given.key${join(same, '')}`
  return toStatementPlannedForValues(
    sql`select given.place - 1 as place from rows from (unnest(${given.map(({ key }) => key)}::text[])${join(lists, '')}) with ordinality as given (key${join(names, '')}, place) where exists (${found})`,
  )
}

function storedValue(field: Field, row: string): Sql {
  const holder = field.reference ? filledRefs([field], sql`${identifier(row)}.refs`) : documentOf(field, row)
  return sql`${holder}->${literal(field.attribute)}`
}
