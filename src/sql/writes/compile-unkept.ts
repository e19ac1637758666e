/** The values that a write may only keep, because they break rules that are newer than the objects. */

import type { UpsertItem } from '../../plan/plan.ts'
import type { Source } from '../../plan/source.ts'
import type { Template } from '../../template/model.ts'
import { createCompiler } from '../compiler.ts'
import { objectsOf } from '../source.ts'
import { identifier, type Sql, type Statement, sql, toStatement } from '../sql.ts'
import { filledDocument } from '../stored-document.ts'

/** Whether the row has another value than `kept`, an attribute's `key` and `value`. */
export function isOther(template: Template, row: string): Sql {
  return sql`kept.value is distinct from ${filledDocument(template, row)}->kept.key`
}

/** The values of `keep` that the source's objects do not have: rows of `key` and `attribute`. What is not there has no row. */
export function compileUnkept(source: Source, items: readonly Pick<UpsertItem, 'key' | 'keep'>[]): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const keys = items.map(({ key }) => key)
  const values = items.map(({ keep = {} }) => JSON.stringify(keep))
  return toStatement(
    sql`select item.key, kept.key as attribute from rows from (unnest(${keys}::text[]), unnest(${values}::jsonb[])) as item (key, keep), lateral (select ${identifier(row)}.* from ${objectsOf(source, row, compiler)} and ${identifier(row)}.key = item.key) as ${identifier(row)}, jsonb_each(item.keep) as kept where ${isOther(source.template, row)}`,
  )
}
