/** The statements of `retain`: which objects are older than what stays. */

import { latestByOf } from '../../plan/latest/plan-verdict.ts'
import { allObjects } from '../../plan/source.ts'
import { listReferrers } from '../../template/list-referrers.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { Retain } from '../../template/retention/retention.ts'
import { type Compiler, createCompiler } from '../compiler.ts'
import { compileGroupValue } from '../group-values.ts'
import { compileLatestOrder } from '../latest/latest-order.ts'
import { slotOf, updateSlot, updateTime } from '../latest/update-time.ts'
import { compileOrdering, orderedTime } from '../ordering.ts'
import { referenceForm } from '../references.ts'
import { changeTable, objectsOf, objectTable } from '../source.ts'
import { empty, identifier, integer, join, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'
import { documentOf } from '../stored-document.ts'

/**
 * The first objects that are older than what stays, in the order of their keys, and to which nothing refers that restricts their
 * deletion: rows of `key`, `touched`, when they were last written or confirmed, `kind` OUTGROWN, and `place_of_group`, a number of their
 * group. After them, with the kind RETAINED, what stays of these groups; and a row of the kind KEPT if others are as old, but restricted.
 */
export function compileOutgrown(
  template: Template,
  retain: Retain,
  model: TemplateModel,
  after: string,
  most: number,
): Statement {
  const compiler = createCompiler()
  const { ranked, isFound } = compileRanked(template, retain, compiler)
  const found = sql`select * from ranked where ${isFound} and key > ${after}`
  const free = sql`select found.* from found where true${compileFree(template, model, compiler)}`
  const columns = sql`key, touched::text as touched, place_of_group::text as place_of_group`
  const retained =
    retain.kind === 'last'
      ? sql` union all select ${columns}, 'RETAINED' from ranked where not (${isFound}) and place_of_group in (select place_of_group from page)`
      : empty
  return toStatement(
    sql`with ranked as materialized (${ranked}), found as materialized (${found}), free as materialized (${free}), page as materialized (select * from free order by key limit ${integer(most)}) select ${columns}, 'OUTGROWN' as kind from page${retained} union all select null, null, null, 'KEPT' where (select count(*) from found) > (select count(*) from free) order by key`,
  )
}

/** How many objects are older than what stays: a row of `objects`, of which `kept` are restricted; and `samples`, the first keys of the others. */
export function compileCountOutgrown(
  template: Template,
  retain: Retain,
  model: TemplateModel,
  mostSamples: number,
): Statement {
  const compiler = createCompiler()
  const { ranked, isFound } = compileRanked(template, retain, compiler)
  const found = sql`select key from (${ranked}) as ranked where ${isFound}`
  const free = sql`select found.key from found where true${compileFree(template, model, compiler)}`
  return toStatement(
    sql`with found as materialized (${found}), free as materialized (${free}) select (select count(*)::int from free) as objects, ((select count(*) from found) - (select count(*) from free))::int as kept, array(select key from free order by key limit ${integer(mostSamples)}) as samples`,
  )
}

/** When an object of the template last got another version: a row of `changed`. Until then, no group has got one more. */
export function compileLastChange({ stored }: Template): Statement {
  return toStatement(
    sql`select max(changed_at)::text as changed from ${changeTable} where template = ${literal(stored)}`,
  )
}

/** Locks those of these objects that nobody has touched since they were found, and that nobody else has locked: rows of `key`. */
export function compileLockUntouched(
  { stored }: Template,
  found: readonly { readonly key: string; readonly touched: string }[],
): Statement {
  const keys = found.map(({ key }) => key)
  const touched = found.map((one) => one.touched)
  return toStatement(
    sql`select o.key from ${objectTable} as o join unnest(${keys}::text[], ${touched}::timestamptz[]) as found (key, touched) on found.key = o.key and found.touched = ${updateTime('o')} where o.template = ${literal(stored)} order by o.key for update of o skip locked`,
  )
}

/**
 * Those of some objects of which more are later than stay of their group, as they all are now: rows of `key`. Only these objects and those
 * with the keys `retained` are ranked: that others are later still changes nothing.
 */
export function compileStillOutgrown(
  template: Template,
  { count, per }: Extract<Retain, { readonly kind: 'last' }>,
  keys: readonly string[],
  retained: readonly string[],
): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const objects = sql`${objectsOf(allObjects(template), row, compiler)} and ${identifier(row)}.key = any(${[...keys, ...retained]}::text[])`
  const ranked = sql`select ${identifier(row)}.key, ${compilePlace(template, per, row)} as place from ${objects}`
  return toStatement(
    sql`select key from (${ranked}) as ranked where place > ${integer(count)} and key = any(${[...keys]}::text[]) order by key`,
  )
}

/** ` and not exists (…)` for each reference that restricts the deletion of what it refers to. */
function compileFree(template: Template, model: TemplateModel, compiler: Compiler): Sql {
  const free = listReferrers(template, model)
    .filter(({ onDelete }) => onDelete === 'restrict')
    .map(({ from, field }) => {
      const row = compiler.next()
      const refers = referenceForm(field).refersTo(field, row, sql`found.key`)
      return sql` and not exists (select from ${objectsOf(allObjects(from), row, compiler)} and ${refers})`
    })
  return free.reduce((all, one) => sql`${all}${one}`, sql``)
}

/**
 * The objects among which some are older than what stays, and the condition that tells these:
 *
 *     select o1.key, greatest(o1.updated_at, o1.confirmed_at) as touched, 1 as place_of_group from … where … and greatest(…) < …
 *     select o1.key, …, dense_rank() over (order by …) as place_of_group, row_number() over (partition by … order by …) as place from …
 */
function compileRanked(
  template: Template,
  retain: Retain,
  compiler: Compiler,
): { readonly ranked: Sql; readonly isFound: Sql } {
  const row = compiler.next()
  const columns = sql`${identifier(row)}.key, ${updateTime(row)} as touched`
  const objects = objectsOf(allObjects(template), row, compiler)
  if (retain.kind === 'days')
    return {
      ranked: sql`select ${columns}, 1 as place_of_group from ${objects} and ${isOlder(template, retain.days, row)}`,
      isFound: sql`true`,
    }
  const groups = join(listGroups(template, retain.per, row), ', ')
  const place = compilePlace(template, retain.per, row)
  return {
    ranked: sql`select ${columns}, dense_rank() over (order by ${groups}) as place_of_group, ${place} as place from ${objects}`,
    isFound: sql`place > ${integer(retain.count)}`,
  }
}

function listGroups(template: Template, per: readonly string[], row: string): readonly Sql[] {
  return per.flatMap((name) => template.fieldByName.get(name) ?? []).map((field) => compileGroupValue(field, row))
}

/** The place of an object in its group, from the latest on. */
function compilePlace(template: Template, per: readonly string[], row: string): Sql {
  const groups = join(listGroups(template, per, row), ', ')
  return sql`row_number() over (partition by ${groups} order by ${compileLatestOrder(template, row)})`
}

/** Whether an object is older than so many days: by `latestBy` if that is a time and the object has one, otherwise by its update time. */
function isOlder(template: Template, days: number, row: string): Sql {
  const since = sql`(now() - make_interval(hours => ${integer(24 * days)}))`
  const isUntouched = sql`${updateTime(row)} < ${since}`
  const by = latestByOf(template)
  if (by?.type !== 'datetime' && by?.type !== 'date')
    return sql`${updateSlot(row)} <= ${slotOf(since)} and ${isUntouched}`
  return sql`coalesce(${compileOrdering(by, documentOf(by, row))} < ${orderedTime(sql`${since} at time zone 'UTC'`)}, ${isUntouched})`
}
