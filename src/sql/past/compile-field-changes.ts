import type { FieldChangeEntry } from '../../plan/past/history-plan.ts'
import type { Template } from '../../template/model.ts'
import { jsonList, jsonObject, jsonOf, jsonOfConstant, jsonOfJsonb, orNull } from '../json-text.ts'
import { join, literal, type Sql, sql } from '../sql.ts'

/**
 * The fields in which two named documents differ, in the order of the template, as JSON text; null if one of the documents is unknown.
 * Null and absent are the same.
 *
 *     (select case when s.before is not null and s.after is not null then (select '[' || … from jsonb_each(s.before) as b (name, value) full join jsonb_each(s.after) as a (name, value) using (name) where …) end
 *      from (select … as before, … as after offset 0) as s)
 */
export function compileFieldChanges(
  entries: readonly FieldChangeEntry[],
  before: Sql,
  after: Sql,
  { fields }: Template,
): Sql {
  const names = join(
    fields.map(({ name }) => literal(name)),
    ', ',
  )
  const order = sql`array_position(array[${names}], name), name`
  const list = jsonList(jsonObject(entries.map((entry) => [entry.key, compilePart(entry)])), { order })
  const differing = sql`select ${list} from jsonb_each(s.before) as b (name, value) full join jsonb_each(s.after) as a (name, value) using (name) where coalesce(b.value, 'null') <> coalesce(a.value, 'null')`
  return orNull(
    sql`(select case when s.before is not null and s.after is not null then (${differing}) end from (select ${before} as before, ${after} as after offset 0) as s)`,
  )
}

function compilePart(entry: FieldChangeEntry): Sql {
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'field':
      return jsonOf(sql`name`)
    case 'before':
      return jsonOfJsonb(sql`b.value`)
    case 'after':
      return jsonOfJsonb(sql`a.value`)
  }
}
