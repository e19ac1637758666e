import { assertNever } from '../errors.ts'
import type { GroupByPlan, GroupEntry, GroupKeyEntry, GroupTerm } from '../plan/groups.ts'
import type { Source } from '../plan/source.ts'
import { metaColumn } from './columns.ts'
import { compileAggregate } from './compile-aggregate.ts'
import type { Compiler } from './compiler.ts'
import { compileGroupOrder, compileGroupOutput, compileGroupValue } from './group-values.ts'
import { jsonList, jsonObject, jsonOf, jsonOfConstant, jsonOfNumber, orNull } from './json-text.ts'
import { compileLatestOrder } from './latest/latest-order.ts'
import { objectsOf } from './source.ts'
import { identifier, integer, join, type Sql, sql } from './sql.ts'
import { compileBucket, compileBucketStart, compileTimeBucket, compileTimeBucketStart } from './time-buckets.ts'

/**
 * The groups of some rows as the text of a JSON list. `matches` are the rows of the alias `row`, up to a `where`:
 *
 *     (select '[' || coalesce(string_agg('{"key":' || … || ',"latest":' || (select … where o3.key = o1.latest) || '}', ',' order by o1.position), '') || ']'
 *      from (select *, row_number() over () as position
 *            from (select * from (select a as k0, count(*) as count, (array_agg(o2.key order by o2.updated_at desc, o2.key))[1] as latest
 *                                 from registry_role_objects as o2 where … group by 1) as groups order by k0 asc limit 100) as page) as o1)
 */
export function compileGroupBy(plan: GroupByPlan, source: Source, matches: Sql, row: string, compiler: Compiler): Sql {
  const group = compiler.next()
  const entries = plan.entries.map(
    (entry, i) => [entry.key, compileEntry(entry, i, plan, source, group, compiler)] as const,
  )
  const terms = plan.terms.map((_, i) => integer(i + 1))
  const groups = sql`select ${join(compileColumns(plan, source, row), ', ')} from ${matches} group by ${join(terms, ', ')}`
  const page = sql`select * from (${groups}) as groups order by ${compileOrder(plan)} limit ${integer(plan.size)}`
  return sql`(select ${jsonList(jsonObject(entries), { order: sql`${identifier(group)}.position` })} from (select *, row_number() over () as position from (${page}) as page) as ${identifier(group)})`
}

/** The columns of each group: the terms come first, so that `group by` can name them by position. */
function compileColumns(plan: GroupByPlan, { template }: Source, row: string): Sql[] {
  const o = identifier(row)
  const columns = plan.terms.map((term, i) => sql`${compileTerm(term, row)} as ${termColumn(i)}`)
  if (plan.order === 'COUNT' || plan.entries.some((entry) => entry.kind === 'count'))
    columns.push(sql`count(*) as count`)
  if (plan.entries.some((entry) => entry.kind === 'latest'))
    columns.push(sql`(array_agg(${o}.key order by ${compileLatestOrder(template, row)}))[1] as latest`)
  plan.entries.forEach((entry, i) => {
    if (entry.kind === 'aggregate') columns.push(sql`${compileAggregate(entry.entries, row)} as ${aggregateColumn(i)}`)
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

function compileTerm(term: GroupTerm, row: string): Sql {
  switch (term.kind) {
    case 'field':
      return compileGroupValue(term.field, row)
    case 'bucket':
      return compileBucket(term.field, term.bucket, row)
    case 'metaBucket':
      return compileTimeBucket(metaColumn(term.field, row), term.bucket)
    default:
      return assertNever(term)
  }
}

/** `count desc, k0 asc, k1 asc`: equal counts are ordered by the terms, absent values last. */
function compileOrder({ terms, order }: GroupByPlan): Sql {
  const byTerms = terms.map((term, i) => {
    const column = termColumn(i)
    return sql`${term.kind === 'field' ? compileGroupOrder(term.field, column) : column} asc`
  })
  return join(order === 'COUNT' ? [sql`count desc`, ...byTerms] : byTerms, ', ')
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
      return jsonOf(compileOutput(plan.terms[entry.term], columnOf(entry.term)))
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

function compileOutput(term: GroupTerm | undefined, value: Sql): Sql {
  switch (term?.kind) {
    case 'field':
      return compileGroupOutput(term.field, value)
    case 'bucket':
      return compileBucketStart(term.field, term.bucket, value)
    case 'metaBucket':
      return compileTimeBucketStart(value)
    case undefined:
      throw new Error('a key of no term')
    default:
      return assertNever(term)
  }
}
