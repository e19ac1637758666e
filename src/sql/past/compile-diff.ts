import { assertNever } from '../../errors.ts'
import { type DiffEntry, type DiffPlan, type DiffSide, pastCursors } from '../../plan/past/history-plan.ts'
import type { Compiler } from '../compiler.ts'
import { jsonObject, jsonOf, jsonOfConstant, jsonOfJsonb } from '../json-text.ts'
import { changedKeys, objectsOf } from '../source.ts'
import { empty, identifier, join, literal, type Sql, sql } from '../sql.ts'
import { compileFieldChanges } from './compile-field-changes.ts'
import { compilePastPage } from './compile-past-page.ts'
import { cursorText } from './cursor-text.ts'
import { namedDocument } from './named-document.ts'

/**
 * The objects that differ between two times, as one JSON text. It looks at the keys alone under which something changed in between:
 *
 *     (select '{"nodes":' || … from (select d.*, row_number() over (order by d.key) as position from (
 *        select c.key, (…) as before, (…) as after from (select distinct key from registry_change where … and changed_at > $1 and changed_at <= $2) as c
 *          left join lateral (select o2.* from (…) as o2 where true and o2.key = c.key offset 0) as o2 on true
 *          left join lateral (…) as o3 on true where …) as d where d.before is distinct from d.after order by d.key limit 21) as o1 having true)
 */
export function compileDiff(plan: DiffPlan, compiler: Compiler): Sql {
  const row = compiler.next()
  const o = identifier(row)
  const behind = plan.after === undefined ? empty : sql` and d.key > ${plan.after}::text`
  return compilePastPage({
    entries: plan.entries,
    size: plan.size,
    isContinued: plan.after !== undefined,
    rows: (limit) =>
      sql`(select d.*, row_number() over (order by d.key) as position from ${compileDiffering(plan, compiler)}${behind} order by d.key ${limit}) as ${o}`,
    count: () => sql`(select count(*) from ${compileDiffering(plan, compiler)})`,
    cursor: cursorText([literal(pastCursors.diff), sql`${o}.key`]),
    node: (entries) => jsonObject(entries.map((entry) => [entry.key, compileNode(entry, plan, o)])),
    row: o,
  })
}

/**
 * The keys under which there is something else than before, with both documents: `… as d where …`, which can be extended. `offset 0`: each
 * object is looked up by its key; PostgreSQL would otherwise read all of them where it expects many changes.
 */
function compileDiffering({ earlier, later, document }: DiffPlan, compiler: Compiler): Sql {
  const { template } = later.source
  const [was, is] = [compiler.next(), compiler.next()]
  const find = ({ source }: DiffSide, row: string) =>
    sql` left join lateral (select ${identifier(row)}.* from ${objectsOf(source, row, compiler)} and ${identifier(row)}.key = c.key offset 0) as ${identifier(row)} on true`
  const matches = ({ where }: DiffSide, row: string) =>
    where.kind === 'always'
      ? sql`true`
      : sql`(${identifier(row)}.key is not null and ${compiler.condition(where, row)})`
  const shown = (row: string) =>
    sql`case when ${identifier(row)}.key is not null then ${namedDocument(document, template, row)} end`
  const keys = changedKeys(earlier.source, later.source.at)
  const pairs = sql`select c.key, ${shown(was)} as before, ${shown(is)} as after from (${keys}) as c${find(earlier, was)}${find(later, is)} where ${identifier(was)}.document is distinct from ${identifier(is)}.document and (${matches(earlier, was)} or ${matches(later, is)})`
  return sql`(${pairs}) as d where d.before is distinct from d.after`
}

function compileNode(entry: DiffEntry, { later }: DiffPlan, o: Sql): Sql {
  const { template } = later.source
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'outcome':
      return jsonOf(
        sql`case when ${o}.before is null then 'CREATED' when ${o}.after is null then 'DELETED' else 'UPDATED' end`,
      )
    case 'key': {
      const names = template.key.map(({ name }) => name)
      const fields = names.map((name) => sql`${literal(name)}, coalesce(${o}.after, ${o}.before)->${literal(name)}`)
      return jsonOfJsonb(sql`jsonb_build_object(${join(fields, ', ')})`)
    }
    case 'before':
      return jsonOfJsonb(sql`${o}.before`)
    case 'after':
      return jsonOfJsonb(sql`${o}.after`)
    case 'changes':
      return compileFieldChanges(
        entry.entries,
        sql`coalesce(${o}.before, '{}')`,
        sql`coalesce(${o}.after, '{}')`,
        template,
      )
    default:
      return assertNever(entry)
  }
}
