import { assertNever } from '../errors.ts'
import type { ConnectionEntry, ConnectionPlan, EdgeEntry, PageInfoEntry } from '../plan/plan.ts'
import type { Source } from '../plan/source.ts'
import { areExtremes, compileAggregate } from './compile-aggregate.ts'
import { compileGroupBy } from './compile-group-by.ts'
import { compileCount, compileMatches, type Parent } from './compile-matches.ts'
import {
  carryReferenced,
  compileCursor,
  compileOrderBy,
  compileSeek,
  isIndexed,
  joinReferenced,
  reverseOrder,
} from './compile-order.ts'
import type { Compiler } from './compiler.ts'
import { jsonList, jsonObject, jsonOf, jsonOfConstant, jsonOfNumber } from './json-text.ts'
import { updateTime } from './latest/update-time.ts'
import { compilePageColumns } from './page-columns.ts'
import { empty, identifier, integer, join, type Sql, sql } from './sql.ts'

/**
 * A connection as one JSON text, below a parent's row or at the root, where its column is `value`:
 *
 *     (select '{"nodes":' || '[' || coalesce(string_agg(…, ','), '') || ']' || '}'
 *      from (select o2.document from registry_image_objects as o2 where … order by … limit 100) as o1)
 *
 * If the page is read backwards, or must know whether others follow, one object more is fetched and the rows are
 * numbered: `string_agg(…, ',' order by o1.position asc) filter (where o1.position <= 100)`. After a cursor in the
 * order of an indexed field, the objects with the field and those without it are two ranges of the index.
 */
export function compileConnection(plan: ConnectionPlan, parent: Parent | undefined, compiler: Compiler): Sql {
  const page = compiler.next()
  const entries: readonly (readonly [string, Sql])[] = plan.entries.map((entry) => [
    entry.key,
    compileEntry(entry, plan, parent, page, compiler),
  ])
  const value = parent ? jsonObject(entries) : sql`${jsonObject(entries)} as value`
  const select = plan.entries.some(isOfPage)
    ? sql`select ${value} from ${compilePage(plan, parent, compiler)} as ${identifier(page)}${oneRow(plan)}`
    : sql`select ${value}`
  return parent ? sql`(${select})` : select
}

function compilePage(plan: ConnectionPlan, parent: Parent | undefined, compiler: Compiler): Sql {
  const { page, order } = plan
  const row = compiler.next()
  const forward = page.from === 'start'
  const read = forward ? order : reverseOrder(order)
  const limit = sql`limit ${integer(page.size + (needsMore(plan) ? 1 : 0))}`
  const start = forward ? page.after : page.before
  const end = forward ? page.before : page.after
  const tail = end ? sql` and ${eitherOf(compileSeek(reverseOrder(read), end, row))}` : empty
  const ranges = start ? compileSeek(read, start, row) : []
  const carried = needsCursor(plan) ? carryReferenced(order, row) : empty
  const rowsIn = (source: Source, range: Sql, columns: Sql) =>
    sql`select ${columns}${carried} from ${joinReferenced(compileMatches({ ...plan, source }, parent, row, compiler), order, row, compiler)}${range}${tail} ${compileOrderBy(read, row)} ${limit}`
  const rowsOf = (range: Sql, columns: Sql) => {
    if (parent || !isReadApart(plan)) return rowsIn(plan.source, range, columns)
    const needed = compilePageColumns(plan.entries, order, row)
    const branches = (['present', 'past'] as const).map(
      (versions) => sql`(${rowsIn({ ...plan.source, versions }, range, needed)})`,
    )
    return sql`select ${columns} from (${join(branches, ' union all ')}) as ${identifier(row)} ${compileOrderBy(read, row)} ${limit}`
  }
  // (select … where … and (a, o2.key) > ($1, $2) … limit 100) union all (select … where … and a is null … limit 100)
  const union = () =>
    sql`select * from (${join(
      ranges.map((range) => sql`(${rowsOf(sql` and ${range}`, sql`${identifier(row)}.*`)})`),
      ' union all ',
    )}) as ${identifier(row)} ${compileOrderBy(read, row)} ${limit}`
  const columns = compilePageColumns(plan.entries, needsCursor(plan) ? order : [], row)
  const simple = () => rowsOf(start ? sql` and ${eitherOf(ranges)}` : empty, columns)
  const rows = ranges.length > 1 && isIndexed(read) ? union() : simple()
  const cursor = needsCursor(plan) ? sql`, ${compileCursor(order, 'page', plan.source.at)} as cursor` : empty
  const position = isNumbered(plan) ? sql`, row_number() over () as position` : empty
  if (cursor === empty && position === empty) return sql`(${rows})`
  return sql`(select *${cursor}${position} from (${rows}) as page)`
}

/**
 * Whether the page as of a time is put together from two, of the objects that are still what they were and of what others were. Each is then read
 * in the order of an index, as far as the page goes; all objects of that time together would be sorted. The few objects below a parent are:
 * for a parent with fewer than a page, PostgreSQL might otherwise walk the whole past in that order.
 *
 *     select … from ((select o2.document, … from (… registry_role_objects …) as o2 where … order by … limit 100)
 *                    union all (select o2.document, … from (… registry_past …) as o2 where … order by … limit 100)) as o2 order by … limit 100
 */
function isReadApart({ source, order, latestPer }: ConnectionPlan): boolean {
  return source.at !== undefined && !latestPer && order.every(({ kind }) => kind !== 'referenced' && kind !== 'related')
}

/** Makes the query return one row. A `pageInfo` may be constant; without an aggregate, the query would return a row for each object. */
function oneRow(plan: ConnectionPlan): Sql {
  return plan.entries.some((entry) => entry.kind === 'pageInfo') ? sql` having true` : empty
}

/** Whether rows are numbered. If not, the aggregates take the rows in the order of the page, because none of them asks for another order. */
function isNumbered(plan: ConnectionPlan): boolean {
  return plan.page.from === 'end' || plan.entries.some((entry) => entry.kind === 'pageInfo')
}

function eitherOf(ranges: readonly Sql[]): Sql {
  return sql`(${join(ranges, ' or ')})`
}

/** Whether the value depends on the page, and not on all objects or none. */
function isOfPage({ kind }: ConnectionEntry): boolean {
  return kind === 'nodes' || kind === 'edges' || kind === 'pageInfo'
}

function compileEntry(
  entry: ConnectionEntry,
  plan: ConnectionPlan,
  parent: Parent | undefined,
  page: string,
  compiler: Compiler,
): Sql {
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'totalCount':
      return jsonOfNumber(compileCount(plan, parent, compiler))
    case 'aggregate': {
      // `having true` makes one row even if only __typename is selected, which would otherwise give a row for each object.
      const row = compiler.next()
      const matches = compileMatches(plan, parent, row, compiler)
      const isQuick = !parent && !plan.latestPer && areExtremes(entry.entries)
      const extreme = (how: 'min' | 'max') => compileExtremeUpdateTime(plan, how, compiler)
      const aggregate = compileAggregate(entry.entries, row, compiler, isQuick ? extreme : undefined)
      return sql`(select ${aggregate} from ${matches} having true)`
    }
    case 'groupBy': {
      const row = compiler.next()
      return compileGroupBy(entry.groups, plan.source, compileMatches(plan, parent, row, compiler), row, compiler)
    }
    case 'nodes':
      return compileList(compiler.object(entry.selection, page), plan, page)
    case 'edges':
      return compileList(compileEdge(entry.entries, page, compiler), plan, page)
    case 'pageInfo':
      return jsonObject(entry.entries.map((one) => [one.key, compilePageInfo(one, plan, page)]))
    default:
      return assertNever(entry)
  }
}

/** `(select greatest(o3.updated_at, o3.confirmed_at) from registry_image_objects as o3 where … order by date_bin(…, o3.updated_at, …) desc, … desc limit 1)` */
function compileExtremeUpdateTime(plan: ConnectionPlan, how: 'min' | 'max', compiler: Compiler): Sql {
  const row = compiler.next()
  const matches = compileMatches(plan, undefined, row, compiler)
  const order = compileOrderBy([{ kind: 'meta', field: 'updateTime', direction: how === 'min' ? 'asc' : 'desc' }], row)
  return sql`(select ${updateTime(row)} from ${matches} ${order} limit 1)`
}

function compileEdge(entries: readonly EdgeEntry[], page: string, compiler: Compiler): Sql {
  return jsonObject(
    entries.map((entry) => {
      if (entry.kind === 'typename') return [entry.key, jsonOfConstant(entry.name)]
      if (entry.kind === 'cursor') return [entry.key, jsonOf(sql`${identifier(page)}.cursor`)]
      return [entry.key, compiler.object(entry.selection, page)]
    }),
  )
}

/** Has its own order: PostgreSQL from 16 on may give all aggregates of a query their rows in the order that one of them asks for. */
function compileList(item: Sql, plan: ConnectionPlan, page: string): Sql {
  if (!isNumbered(plan)) return jsonList(item)
  const order = sql`${identifier(page)}.position ${plan.page.from === 'start' ? sql`asc` : sql`desc`}`
  const filter = isShown(plan, page)
  return jsonList(item, { order, ...(filter && { filter }) })
}

function compilePageInfo(entry: PageInfoEntry, plan: ConnectionPlan, page: string): Sql {
  if (entry.kind === 'typename') return jsonOfConstant(entry.name)
  const position = sql`${identifier(page)}.position`
  const forward = plan.page.from === 'start'
  const more = sql`count(*) > ${integer(plan.page.size)}`
  const filter = isShown(plan, page)
  const shown = filter ? sql` filter (where ${filter})` : empty
  const at = (end: 'first' | 'last') =>
    sql`(array_agg(${identifier(page)}.cursor order by ${position} ${(end === 'first') === forward ? sql`asc` : sql`desc`})${shown})[1]`
  switch (entry.field) {
    case 'hasNextPage':
      return forward ? jsonOfNumber(more) : isThere(plan.page.before)
    case 'hasPreviousPage':
      return forward ? isThere(plan.page.after) : jsonOfNumber(more)
    case 'startCursor':
      return jsonOf(at('first'))
    case 'endCursor':
      return jsonOf(at('last'))
    default:
      return assertNever(entry.field)
  }
}

/** If one object more than the page holds was fetched: whether the row belongs to the page. */
function isShown(plan: ConnectionPlan, page: string): Sql | undefined {
  return needsMore(plan) ? sql`${identifier(page)}.position <= ${integer(plan.page.size)}` : undefined
}

/** With a cursor, at least the object that it names lies before the page. */
function isThere(cursor: unknown): Sql {
  return cursor ? sql`'true'` : sql`'false'`
}

/** Whether the page must know if other objects follow it. */
function needsMore(plan: ConnectionPlan): boolean {
  const asked = plan.page.from === 'start' ? 'hasNextPage' : 'hasPreviousPage'
  return plan.entries.some(
    (entry) => entry.kind === 'pageInfo' && entry.entries.some((one) => one.kind === 'pageInfo' && one.field === asked),
  )
}

function needsCursor(plan: ConnectionPlan): boolean {
  return plan.entries.some(
    (entry) =>
      (entry.kind === 'edges' && entry.entries.some((one) => one.kind === 'cursor')) ||
      (entry.kind === 'pageInfo' &&
        entry.entries.some((one) => one.kind === 'pageInfo' && one.field.endsWith('Cursor'))),
  )
}
