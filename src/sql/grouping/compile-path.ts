import { type GroupPath, leadsThroughList, type PathStep, type PathValue } from '../../plan/grouping/group-path.ts'
import { metaColumn, metaTextOf } from '../columns.ts'
import type { Compiler } from '../compiler.ts'
import { compileGroupOrder, compileGroupOutput, compileStoredGroupValue } from '../group-values.ts'
import { listedKeys, targetKey } from '../references.ts'
import { joinedObjects } from '../source.ts'
import { identifier, join, literal, type Sql, sql } from '../sql.ts'
import { document } from '../stored-document.ts'
import { compileAt, compileItems } from '../value-place.ts'

/**
 * Joins the values at a path, of other objects or of items, to the rows that are grouped. A value that an object has more than once
 * counts once, and an object without any has a row without one:
 *
 *     left join lateral (select (o5.document->>'distr') as value from (select) as o4 join registry_object as o5 on o5.template = 'image' and o5.key = (o2.refs->>'image')) as p0 on true
 */
export function joinPath(path: GroupPath, name: string, row: string, compiler: Compiler): Sql {
  let from = row
  const joins = path.steps.map((step) => {
    const to = compiler.next()
    const joined = compileStep(step, from, to, compiler)
    from = to
    return joined
  })
  const distinct = leadsThroughList(path) ? sql`distinct ` : sql``
  const values = sql`select ${distinct}${compilePathValue(path.value, from)} as value from (select) as ${identifier(compiler.next())} ${join(joins, ' ')}`
  return sql`left join lateral (${values}) as ${identifier(name)} on true`
}

function compileStep(step: PathStep, from: string, to: string, compiler: Compiler): Sql {
  const target = identifier(to)
  if (step.kind === 'items')
    return sql`join lateral ${compileItems(compileAt(step.at, from, step.filling))} as ${target} (document) on true`
  const { field } = step
  const isTarget = field.list
    ? sql`${target}.key = any(${listedKeys(field, from)})`
    : sql`${target}.key = ${targetKey(field, from)}`
  return sql`join ${joinedObjects(step.target, to, compiler)} and ${isTarget}`
}

/** The value in the row of an object, or of an item; null if it is absent. */
export function compilePathValue(value: PathValue, row: string): Sql {
  if (value.kind === 'meta') return metaColumn(value.field, row)
  const { field, at, filling } = value
  const holder = compileAt(at.slice(0, -1), row, filling)
  const last = at.at(-1)
  const json = last === undefined ? document(row) : sql`${holder}->${literal(last)}`
  if (value.kind === 'json') {
    const inside = value.path.length > 0 ? sql`(${json} #> ${[...value.path]}::text[])` : sql`(${json})`
    return sql`nullif(${inside}, 'null'::jsonb)`
  }
  const text = last === undefined ? sql`(${json} #>> '{}')` : sql`(${holder}->>${literal(last)})`
  return compileStoredGroupValue(field, { json, text })
}

/** The expressions that order a column of such values: json by numbers, then by text. */
export function compilePathOrder(value: PathValue, column: Sql): readonly Sql[] {
  if (value.kind === 'field') return [compileGroupOrder(value.field, column)]
  if (value.kind === 'meta') return [column]
  return [
    sql`(case when jsonb_typeof(${column}) = 'number' then (${column} #>> '{}')::numeric end)`,
    sql`((${column} #>> '{}') collate "C")`,
    sql`jsonb_typeof(${column})`,
  ]
}

/** Such a value in the form in which it is returned. */
export function compilePathOutput(value: PathValue, column: Sql): Sql {
  if (value.kind === 'json') return column
  return value.kind === 'meta' ? metaTextOf(value.field, column) : compileGroupOutput(value.field, column)
}
