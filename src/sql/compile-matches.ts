import type { ConnectionPlan } from '../plan/plan.ts'
import type { Field } from '../template/model.ts'
import { compileAnd } from './compile-condition.ts'
import type { Compiler } from './compiler.ts'
import { compileGroupValue } from './group-values.ts'
import { compileLatestOrder } from './latest/latest-order.ts'
import { referenceForm } from './references.ts'
import { objectsOf } from './source.ts'
import { identifier, join, type Sql, sql } from './sql.ts'

/** The object whose reverse side a connection is: the reference field that points to it, and its row. */
export interface Parent {
  readonly field: Field
  readonly row: string
}

/** The parts of a connection that select its objects. */
type Matching = Pick<ConnectionPlan, 'source' | 'where' | 'latestPer' | 'whereLatest'>

/**
 * All objects of a connection, on all pages, up to a `where` that can be extended: `registry_role_objects as o1 where …`.
 * With `latestPer`, only the latest one of each group, and only if it matches `whereLatest`:
 *
 *     (select distinct on (a) * from registry_role_objects as o1 where … order by a, greatest(o1.updated_at, o1.confirmed_at) desc, o1.key) as o1 where true
 *
 * A sort costs the same for groups of any size. An anti-join against newer objects is faster for small groups with
 * an index, and takes far too long for large ones.
 */
export function compileMatches(plan: Matching, parent: Parent | undefined, row: string, compiler: Compiler): Sql {
  const matches = compileFiltered(plan, parent, row, compiler)
  if (!plan.latestPer) return matches
  const groups = compileGroups(plan.latestPer, row)
  const order = compileLatestOrder(plan.source.template, row)
  return sql`(select distinct on (${groups}) * from ${matches} order by ${groups}, ${order}) as ${identifier(row)} where true${compileAnd(plan.whereLatest, row, compiler)}`
}

/**
 * The number of objects of a connection. Groups are counted without a sort, unless it matters which object is the latest:
 *
 *     (select count(*) from (select 1 from registry_role_objects as o1 where … group by a) as o1)
 */
export function compileCount(plan: Matching, parent: Parent | undefined, compiler: Compiler): Sql {
  const row = compiler.next()
  if (!plan.latestPer || plan.whereLatest.kind !== 'always')
    return sql`(select count(*) from ${compileMatches(plan, parent, row, compiler)})`
  const matches = compileFiltered(plan, parent, row, compiler)
  return sql`(select count(*) from (select 1 from ${matches} group by ${compileGroups(plan.latestPer, row)}) as ${identifier(row)})`
}

function compileFiltered({ source, where }: Matching, parent: Parent | undefined, row: string, compiler: Compiler) {
  const all = objectsOf(source, row, compiler)
  const matches = parent
    ? referenceForm(parent.field).referrers(parent.field, all, row, sql`${identifier(parent.row)}.key`)
    : all
  return sql`${matches}${compileAnd(where, row, compiler)}`
}

function compileGroups(fields: readonly Field[], row: string): Sql {
  return join(
    fields.map((field) => compileGroupValue(field, row)),
    ', ',
  )
}
