import type { EnoughPlan } from '../../plan/live/awaited-plan.ts'
import { compileAnd } from '../compile-condition.ts'
import type { Compiler } from '../compiler.ts'
import { jsonObject, jsonOfConstant, jsonOfNumber } from '../json-text.ts'
import { objectsOf } from '../source.ts'
import { type Sql, sql } from '../sql.ts'

/**
 * Whether enough objects match, and how many.
 *
 *     select '{"holds":' || (matches.count >= $1)::text || … as value, matches.count >= $1 as holds
 *     from (select count(*) as count from registry_role_objects as o1 where o1.template = 'role' and …) as matches
 */
export function compileEnough({ source, where, count, entries }: EnoughPlan, compiler: Compiler): Sql {
  const row = compiler.next()
  const holds = sql`(matches.count >= ${count}::bigint)`
  const value = jsonObject(
    entries.map((entry) => {
      if (entry.kind === 'typename') return [entry.key, jsonOfConstant(entry.name)]
      return [entry.key, jsonOfNumber(entry.kind === 'holds' ? holds : sql`matches.count`)]
    }),
  )
  const matches = sql`select count(*) as count from ${objectsOf(source, row, compiler)}${compileAnd(where, row, compiler)}`
  return sql`select ${value} as value, ${holds} as holds from (${matches}) as matches`
}
