import type { PlanRequest } from '../plan/plan-request.ts'
import type { Source } from '../plan/source.ts'
import { bindStatement } from '../sql/bind-statement.ts'
import { compileCounts } from '../sql/compile-counts.ts'
import type { Run } from './database.ts'

/** Counts the objects of each source, by its template's name, in one statement. */
export async function countObjects(
  run: Run,
  sources: readonly Source[],
  { now, rights }: PlanRequest,
): Promise<Readonly<Record<string, number>>> {
  const [row] = await run(bindStatement(compileCounts(sources), { variables: {}, now, caller: rights.values }))
  return JSON.parse(String(row?.value))
}
