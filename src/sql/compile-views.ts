import type { ObjectSelection } from '../plan/plan.ts'
import { seesAll } from '../plan/source.ts'
import type { Compiler } from './compiler.ts'
import { join, literal, type Sql, sql } from './sql.ts'

/** The views of the object in that row: a JSON object of JSON texts by view name. */
export function compileViews(views: ReadonlyMap<string, ObjectSelection>, row: string, compiler: Compiler): Sql {
  return compileTexts(views, (selection) => compiler.object(selection, row))
}

/** The same for an object that the request may not see: its views are then the text `null`. */
export function compileVisibleViews(views: ReadonlyMap<string, ObjectSelection>, row: string, compiler: Compiler): Sql {
  return compileTexts(views, (selection) => {
    const object = compiler.object(selection, row)
    if (seesAll(selection.source)) return object
    return sql`(case when ${compiler.condition(selection.source.visible, row)} then ${object} else 'null' end)`
  })
}

function compileTexts(views: ReadonlyMap<string, ObjectSelection>, toText: (selection: ObjectSelection) => Sql): Sql {
  const texts = [...views].map(([name, selection]) => sql`${literal(name)}, ${toText(selection)}`)
  // json_build_object takes at most 100 arguments. json_object takes an array of any length, but only of texts, which these are.
  return texts.length > 0 ? sql`json_object(array[${join(texts, ', ')}])` : sql`'{}'::json`
}
