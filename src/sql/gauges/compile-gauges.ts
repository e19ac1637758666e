import { partitionName } from '../partition-name.ts'
import { partitionOf } from '../source.ts'
import { integer, join, literal, type Statement, sql, toStatement } from '../sql.ts'

/** A row with the newest `generation` that is applied (0: none), and `tasks`, those of changes of templates that are not finished: `task`, `doneTo`. */
export function compileChangeState(): Statement {
  const newest = sql`select coalesce(max(generation), 0) from registry_generation where applied_at is not null`
  const tasks = sql`select json_agg(json_build_object('task', task, 'doneTo', done_to) order by id) from registry_work where finished_at is null`
  return toStatement(sql`select (${newest}) as generation, coalesce((${tasks}), '[]') as tasks`)
}

/** How many objects of each template there are by PostgreSQL's statistics: rows of `template` and `objects`. Both are stored names; those without a partition have no row. */
export function compileEstimates(templates: readonly string[]): Statement {
  const partitions = templates.map(partitionName)
  return toStatement(
    sql`select t.template, c.reltuples::float8 as objects from unnest(${templates}::text[], ${partitions}::text[]) as t (template, partition) join pg_class as c on c.oid = to_regclass(quote_ident(t.partition))`,
  )
}

/** Objects to count: those of a template, by its stored name, whose keys come after that one. */
export interface Counted {
  readonly template: string
  readonly after: string
}

/** Counts each of these, but no more than `most`: a row of `objects` for each, in their order. */
export function compileCountsAfter(counted: readonly Counted[], most: number): Statement {
  const counts = counted.map(({ template, after }, i) => {
    const objects = sql`select from ${partitionOf(template)} where template = ${literal(template)} and key > ${after} limit ${integer(most)}`
    return sql`select ${integer(i)} as place, count(*)::float8 as objects from (${objects}) as counted`
  })
  return toStatement(sql`select objects from (${join(counts, ' union all ')}) as counts order by place`)
}
