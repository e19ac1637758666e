import type { PlanRequest } from '../plan/plan-request.ts'
import type { Source } from '../plan/source.ts'
import { bindStatement } from '../sql/bind-statement.ts'
import { compileCounts } from '../sql/compile-counts.ts'
import type { Run } from './database.ts'

/**
 * How many sources a statement counts. A statement locks each partition that it reads, and each of its indexes while it is planned:
 * PostgreSQL has room for some 6,000 locks of all connections together. Its text is short enough to stay prepared.
 */
const sourcesPerStatement = 50

/** Counts the objects of each source, by its template's name. Many sources are counted one portion after another. */
export async function countObjects(
  run: Run,
  sources: readonly Source[],
  { now, rights }: PlanRequest,
): Promise<Readonly<Record<string, number>>> {
  const counts: (readonly [name: string, count: number])[] = []
  for (let i = 0; i < sources.length; i += sourcesPerStatement) {
    const portion = sources.slice(i, i + sourcesPerStatement)
    const [row] = await run(bindStatement(compileCounts(portion), { variables: {}, now, caller: rights.values }))
    const values = row?.value as readonly string[]
    counts.push(...portion.map(({ template }, j) => [template.name, Number(values[j])] as const))
  }
  return Object.fromEntries(counts)
}
