import type { ObjectSelection } from '../plan/plan.ts'
import type { Compiler } from './compiler.ts'
import { join, literal, type Sql, sql } from './sql.ts'

/** What is shown of the object in that row: an object of JSON texts by the views' names. */
export function compileViews(views: ReadonlyMap<string, ObjectSelection>, row: string, compiler: Compiler): Sql {
  const texts = [...views].map(([name, selection]) => sql`${literal(name)}, ${compiler.object(selection, row)}`)
  // json_build_object takes 100 arguments; json_object takes an array of any length, but only of texts, as these are.
  return texts.length > 0 ? sql`json_object(array[${join(texts, ', ')}])` : sql`'{}'::json`
}
