import type { RelatedLatest } from '../../plan/condition.ts'
import type { Compiler } from '../compiler.ts'
import { compileGroupValue } from '../group-values.ts'
import { listedKeys, referenceForm } from '../references.ts'
import { objectsOf } from '../source.ts'
import { identifier, join, type Sql, sql } from '../sql.ts'
import { compileLatestOrder } from './latest-order.ts'

/**
 * Whether the latest of the related objects matches, or that of a group of them:
 *
 *     exists (select 1 from (select * from (select * from registry_role_objects as o2 where … and (o2.refs->>'image') = o1.key offset 0) as o2
 *       order by greatest(o2.updated_at, o2.confirmed_at) desc, o2.key limit 1) as o2 where …)
 *
 * It looks at all related objects of the row and no others. Without `offset 0`, PostgreSQL may walk all objects from the latest on, until
 * it finds one of the row.
 */
export function compileRelatedLatest(latest: RelatedLatest, row: string, compiler: Compiler): Sql {
  const { side, source, field, where, per, is } = latest
  const one = compiler.next()
  const o = identifier(one)
  const isRelated =
    side === 'targets'
      ? sql`${o}.key = any(${listedKeys(field, row)})`
      : referenceForm(field).refersTo(field, one, sql`${identifier(row)}.key`)
  const all = sql`(select * from ${objectsOf(source, one, compiler)} and ${isRelated} and ${compiler.condition(where, one)} offset 0) as ${o}`
  const order = compileLatestOrder(source.template, one)
  const groups =
    per &&
    join(
      per.map((each) => compileGroupValue(each, one)),
      ', ',
    )
  const found = groups
    ? sql`select distinct on (${groups}) * from ${all} order by ${groups}, ${order}`
    : sql`select * from ${all} order by ${order} limit 1`
  return sql`exists (select 1 from (${found}) as ${o} where ${compiler.condition(is, one)})`
}
