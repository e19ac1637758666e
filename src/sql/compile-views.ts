import type { ObjectSelection } from '../plan/plan.ts'
import type { Compiler } from './compiler.ts'
import { join, literal, type Sql, sql } from './sql.ts'

/** The views of the object in that row: a JSON object of JSON texts by view name. */
export function compileViews(views: ReadonlyMap<string, ObjectSelection>, row: string, compiler: Compiler): Sql {
  const texts = [...views].map(([name, selection]) => sql`${literal(name)}, ${compiler.object(selection, row)}`)
  // json_build_object takes at most 100 arguments. json_object takes an array of any length, but only of texts, which these are.
  return texts.length > 0 ? sql`json_object(array[${join(texts, ', ')}])` : sql`'{}'::json`
}
