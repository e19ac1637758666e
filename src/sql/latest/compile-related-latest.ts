import type { RelatedLatest } from '../../plan/condition.ts'
import type { Compiler } from '../compiler.ts'
import { compileGroupValue } from '../group-values.ts'
import { listedKeys, referenceForm, targetKey } from '../references.ts'
import { objectsOf } from '../source.ts'
import { empty, identifier, join, type Sql, sql } from '../sql.ts'
import { compileLatestOrder } from './latest-order.ts'

/**
 * Whether the latest of the objects that refer to the row matches. The latest of all rows are found together, so that PostgreSQL can
 * join them; it looks only for those of one row if that row is known.
 *
 *     exists (select 1 from (select distinct on (a) o2.*, a as referred from registry_role_objects as o2 where … and a is not null
 *       order by a, o2.updated_at desc, o2.key) as o2 where o2.referred = o1.key and …)
 *
 * If lists of references relate the objects, the latest are found for each row:
 *
 *     exists (select 1 from (select * from registry_role_objects as o2 where … order by o2.updated_at desc, o2.key limit 1) as o2 where …)
 */
export function compileRelatedLatest(latest: RelatedLatest, row: string, compiler: Compiler): Sql {
  const { side, source, field, where, per = [], is } = latest
  const one = compiler.next()
  const o = identifier(one)
  const key = sql`${identifier(row)}.key`
  const groups = per.map((each) => compileGroupValue(each, one))
  const matching = sql`${objectsOf(source, one, compiler)} and ${compiler.condition(where, one)}`
  const order = compileLatestOrder(source.template, one)
  const matches = compiler.condition(is, one)
  if (side === 'referrers' && !field.list) {
    const referred = targetKey(field, one)
    const keys = join([referred, ...groups], ', ')
    const all = sql`select distinct on (${keys}) ${o}.*, ${referred} as referred from ${matching} and ${referred} is not null order by ${keys}, ${order}`
    return sql`exists (select 1 from (${all}) as ${o} where ${o}.referred = ${key} and ${matches})`
  }
  const isRelated =
    side === 'targets' ? sql`${o}.key = any(${listedKeys(field, row)})` : referenceForm(field).refersTo(field, one, key)
  const keys = groups.length > 0 ? sql`${join(groups, ', ')}, ` : empty
  const distinct = groups.length > 0 ? sql`distinct on (${join(groups, ', ')}) ` : empty
  const limit = groups.length > 0 ? empty : sql` limit 1`
  return sql`exists (select 1 from (select ${distinct}* from ${matching} and ${isRelated} order by ${keys}${order}${limit}) as ${o} where ${matches})`
}
