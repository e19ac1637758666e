import pg from 'pg'
import type { RecordedStatement } from './record-statements.ts'

/** A node of a plan, as `explain (format json)` gives it. */
export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly Plans?: readonly PlanNode[]
  readonly [name: string]: unknown
}

export interface Explained {
  readonly nodes: readonly PlanNode[]
  readonly milliseconds: number
  readonly planning: number
  /** Whether the plan is generic; otherwise it is for these parameters. */
  readonly isGeneric: boolean
}

export type PlanMode = 'force_custom_plan' | 'auto' | 'force_generic_plan'

/**
 * How PostgreSQL runs a statement: planned for its values, for any values, or, after it has been run as a prepared
 * one ten times, with the former values where others are given, as PostgreSQL itself then thinks best.
 */
export async function explain(
  client: pg.Client,
  { text, values }: RecordedStatement,
  mode: PlanMode,
  former: readonly unknown[] = values,
): Promise<Explained> {
  await client.query(`set plan_cache_mode = ${mode}`)
  await client.query(`prepare explained as ${text}`)
  try {
    const execute = printExecute(values)
    for (let i = 0; i < (mode === 'auto' ? 10 : 1); i++) await client.query(printExecute(former))
    const generic = await countGeneric(client)
    const { rows } = await client.query(`explain (analyze, timing off, format json) ${execute}`)
    const [result] = rows[0]['QUERY PLAN']
    return {
      nodes: flatten(result.Plan),
      milliseconds: result['Execution Time'],
      planning: result['Planning Time'],
      isGeneric: (await countGeneric(client)) > generic,
    }
  } finally {
    await client.query('deallocate explained')
  }
}

function printExecute(values: readonly unknown[]): string {
  return values.length > 0 ? `execute explained (${values.map(toLiteral).join(', ')})` : 'execute explained'
}

/** A parameter as `pg` sends it; its types do not know it. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } }).utils

function toLiteral(value: unknown): string {
  if (value === null) return 'null'
  return pg.escapeLiteral(String(prepareValue(value)))
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)]
}

async function countGeneric(client: pg.Client): Promise<number> {
  const { rows } = await client.query("select generic_plans from pg_prepared_statements where name = 'explained'")
  return Number(rows[0].generic_plans)
}
