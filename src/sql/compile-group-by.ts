import { assertNever } from '../errors.ts'
import type { GroupByPlan, GroupEntry, GroupKeyEntry, GroupTerm } from '../plan/groups.ts'
import type { Source } from '../plan/source.ts'
import { metaColumn } from './columns.ts'
import { compileAggregate } from './compile-aggregate.ts'
import type { Compiler } from './compiler.ts'
import { compileGroupOrder, compileGroupOutput, compileGroupValue } from './group-values.ts'
import { compileGroupNodes } from './grouping/compile-group-nodes.ts'
import { compileMeasures } from './grouping/compile-measure.ts'
import { compilePathOrder, compilePathOutput, compilePathValue, joinPath } from './grouping/compile-path.ts'
import { jsonList, jsonObject, jsonOf, jsonOfConstant, jsonOfNumber, orNull } from './json-text.ts'
import { compileLatestOrder } from './latest/latest-order.ts'
import { nameOfMember } from './member-names.ts'
import { compileOrdering } from './ordering.ts'
import { objectsOf } from './source.ts'
import { empty, identifier, integer, join, type Sql, sql } from './sql.ts'
import { compileBucket, compileBucketStart, compileTimeBucket, compileTimeBucketStart } from './time-buckets.ts'

/**
 * The groups of some rows as the text of a JSON list. `matches` are the rows of the alias `row`, up to a `where`:
 *
 *     (select '[' || coalesce(string_agg('{"key":' || … || ',"latest":' || (select … where o3.key = o1.latest) || '}', ',' order by o1.position), '') || ']'
 *      from (select *, row_number() over () as position
 *            from (select * from (select a as k0, count(*) as count, (array_agg(o2.key order by greatest(o2.updated_at, …) desc, o2.key))[1] as latest
 *                                 from registry_role_objects as o2 where … group by 1) as groups order by k0 asc limit 100) as page) as o1)
 */
export function compileGroupBy(plan: GroupByPlan, source: Source, matches: Sql, row: string, compiler: Compiler): Sql {
  const group = compiler.next()
  const entries = plan.entries.map(
    (entry, i) => [entry.key, compileEntry(entry, i, plan, source, group, compiler)] as const,
  )
  const terms = plan.terms.map((_, i) => integer(i + 1))
  const groups = sql`select ${join(compileColumns(plan, source, row, compiler), ', ')} from ${joinPaths(plan, matches, row, compiler)} group by ${join(terms, ', ')}`
  const kept = plan.having.kind === 'always' ? empty : sql` where ${compiler.condition(plan.having, 'groups')}`
  const page = sql`select * from (${groups}) as groups${kept} order by ${compileOrder(plan)} limit ${integer(plan.size)}`
  return sql`(select ${jsonList(jsonObject(entries), { order: sql`${identifier(group)}.position` })} from (select *, row_number() over () as position from (${page}) as page) as ${identifier(group)})`
}

/** The rows with the values at the paths that lead to other objects or to items. */
function joinPaths({ terms }: GroupByPlan, matches: Sql, row: string, compiler: Compiler): Sql {
  const joins = terms.flatMap((term, i) =>
    term.kind === 'path' && term.path.steps.length > 0 ? [joinPath(term.path, pathName(i), row, compiler)] : [],
  )
  if (joins.length === 0) return matches
  return sql`(select * from ${matches}) as ${identifier(row)} ${join(joins, ' ')} where true`
}

function pathName(term: number): string {
  return `p${term}`
}

/** The columns of each group: the terms come first, so that `group by` can name them by position. */
function compileColumns(plan: GroupByPlan, { template }: Source, row: string, compiler: Compiler): Sql[] {
  const o = identifier(row)
  const columns = plan.terms.map((term, i) => sql`${compileTerm(term, i, row)} as ${termColumn(i)}`)
  if (plan.order === 'COUNT' || plan.entries.some((entry) => entry.kind === 'count'))
    columns.push(sql`count(*) as count`)
  if (plan.entries.some((entry) => entry.kind === 'latest'))
    columns.push(sql`(array_agg(${o}.key order by ${compileLatestOrder(template, row)}))[1] as latest`)
  if (plan.entries.some((entry) => entry.kind === 'nodes')) columns.push(sql`array_agg(${o}.key) as keys`)
  if (plan.measures.length > 0) columns.push(sql`${compileMeasures(plan.measures, row, compiler)} as document`)
  plan.entries.forEach((entry, i) => {
    if (entry.kind === 'aggregate')
      columns.push(sql`${compileAggregate(entry.entries, row, compiler)} as ${aggregateColumn(i)}`)
  })
  return columns
}

function termColumn(term: number): Sql {
  return identifier(`k${term}`)
}

/** The column of the aggregate with that index. */
function aggregateColumn(entry: number): Sql {
  return identifier(`a${entry}`)
}

function compileTerm(term: GroupTerm, place: number, row: string): Sql {
  switch (term.kind) {
    case 'field':
      return compileGroupValue(term.field, row)
    case 'bucket':
      return compileBucket(term.field, term.bucket, term.zone, row)
    case 'metaBucket':
      return compileTimeBucket(metaColumn(term.field, row), term.bucket, term.zone)
    case 'path':
      return term.path.steps.length > 0
        ? sql`${identifier(pathName(place))}.value`
        : compilePathValue(term.path.value, row)
    default:
      return assertNever(term)
  }
}

/** `count desc, k0 asc, k1 asc`: equal counts are ordered by the terms, absent values last. */
function compileOrder({ terms, order, orderBy }: GroupByPlan): Sql {
  const byMeasures = orderBy.map(
    ({ field, direction }) =>
      sql`${compileOrdering(field, sql`document`)} ${direction === 'asc' ? sql`asc` : sql`desc`}`,
  )
  const byTerms = terms.flatMap((term, i) => {
    const column = termColumn(i)
    if (term.kind === 'path') return compilePathOrder(term.path.value, column).map((one) => sql`${one} asc`)
    return [sql`${term.kind === 'field' ? compileGroupOrder(term.field, column) : column} asc`]
  })
  return join([...byMeasures, ...(order === 'COUNT' ? [sql`count desc`] : []), ...byTerms], ', ')
}

function compileEntry(
  entry: GroupEntry,
  place: number,
  plan: GroupByPlan,
  source: Source,
  group: string,
  compiler: Compiler,
): Sql {
  const g = identifier(group)
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'count':
      return jsonOfNumber(sql`${g}.count`)
    case 'aggregate':
      return sql`${g}.${aggregateColumn(place)}`
    case 'values': {
      const values = plan.terms.flatMap((term, i) =>
        term.kind === 'path' ? [jsonOf(compileOutput(term, sql`${g}.${termColumn(i)}`))] : [],
      )
      return values.length === 0 ? sql`'[]'` : sql`'[' || ${join(values, " || ',' || ")} || ']'`
    }
    case 'nodes':
      return compileGroupNodes(entry, source, group, compiler)
    case 'latest': {
      const latest = compiler.next()
      return orNull(
        sql`(select ${compiler.object(entry.selection, latest)} from ${objectsOf(source, latest, compiler)} and ${identifier(latest)}.key = ${g}.latest)`,
      )
    }
    case 'key':
      return jsonObject(entry.entries.map((one) => [one.key, compileKeyEntry(one, plan, group, compiler)]))
    default:
      return assertNever(entry)
  }
}

function compileKeyEntry(entry: GroupKeyEntry, plan: GroupByPlan, group: string, compiler: Compiler): Sql {
  const columnOf = (term: number) => sql`${identifier(group)}.${termColumn(term)}`
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'absent':
      return sql`'null'`
    case 'value':
      return jsonOf(compileKeyValue(plan.terms[entry.term], columnOf(entry.term)))
    case 'target': {
      const target = compiler.next()
      return orNull(
        sql`(select ${compiler.object(entry.selection, target)} from ${objectsOf(entry.selection.source, target, compiler)} and ${identifier(target)}.key = ${columnOf(entry.term)})`,
      )
    }
    case 'meta':
      return jsonObject(entry.entries.map((one) => [one.key, compileKeyEntry(one, plan, group, compiler)]))
    default:
      return assertNever(entry)
  }
}

/** A value of the key, which has the field's type in GraphQL; `values` have it as JSON. */
function compileKeyValue(term: GroupTerm | undefined, value: Sql): Sql {
  const output = compileOutput(term, value)
  return term?.kind === 'field' ? nameOfMember(term.field, output) : output
}

function compileOutput(term: GroupTerm | undefined, value: Sql): Sql {
  switch (term?.kind) {
    case 'field':
      return compileGroupOutput(term.field, value)
    case 'bucket':
      return compileBucketStart(term.field, term.bucket, term.zone, value)
    case 'metaBucket':
      return compileTimeBucketStart(value, term.zone)
    case 'path':
      return compilePathOutput(term.path.value, value)
    case undefined:
      throw new Error('a key of no term')
    default:
      return assertNever(term)
  }
}
