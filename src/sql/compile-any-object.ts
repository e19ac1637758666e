import { isOpen, type OpenValue } from '../plan/open-value.ts'
import type { ObjectSelection } from '../plan/plan.ts'
import type { Template } from '../template/model.ts'
import { compileEntry } from './compile-selection.ts'
import type { Compiler } from './compiler.ts'
import { jsonObject, jsonOf } from './json-text.ts'
import { visibleIn } from './source.ts'
import { identifier, join, literal, type Sql, sql } from './sql.ts'

/**
 * The selected fields of an object of any of these templates, as JSON text; null if the request cannot see it. The row has the GraphQL
 * type in its column `type`. Templates with the same selection share a branch, so that 200 templates do not make a long text; if all do,
 * their names are left out.
 *
 *     (case when o1.template in ('image', 'role') then '{"name":' || … when … end)
 */
export function compileAnyObject(selections: readonly ObjectSelection[], row: string, compiler: Compiler): Sql {
  const type = jsonOf(sql`${identifier(row)}.type`)
  const open: OpenValue[] = []
  const branches = new Map<string, { readonly object: Sql; readonly visible: Sql; readonly templates: Sql[] }>()
  for (const { source, entries } of selections) {
    const object = jsonObject(
      entries.map(
        (entry) =>
          [entry.key, entry.kind === 'typename' ? type : compileEntry(entry, source.template, row, compiler)] as const,
      ),
    )
    const visible = visibleIn(source, row, compiler)
    const same = [object, visible].map((piece) => print(piece, open)).join()
    const branch = branches.get(same) ?? { object, visible, templates: [] }
    branches.set(same, branch)
    branch.templates.push(literal(source.template.stored))
  }
  const [only, ...others] = branches.values()
  if (only && others.length === 0)
    return only.visible.text === '' ? only.object : sql`(case when true${only.visible} then ${only.object} end)`
  const ways = [...branches.values()].map(
    ({ object, visible, templates }) =>
      sql`when ${identifier(row)}.template in (${join(templates, ', ')})${visible} then ${object}`,
  )
  return sql`(case ${join(ways, ' ')} end)`
}

/** The same text for the same SQL. `open` are the open values in what was printed before: only the same one is equal. */
function print({ strings, values }: Sql, open: OpenValue[]): string {
  const printed = values.map((value) => {
    if (!isOpen(value)) return [value]
    if (!open.includes(value)) open.push(value)
    return open.indexOf(value)
  })
  return JSON.stringify([strings, printed])
}

/** The GraphQL type of a row's object, from its column `template`: `'{"image": "Image", …}'::jsonb->>template`. */
export function typeOf(templates: readonly Template[]): Sql {
  const types = Object.fromEntries(templates.map(({ stored, typeName }) => [stored, typeName]))
  return sql`${literal(JSON.stringify(types))}::jsonb->>template`
}
