import { compileAnalyzeTable, compileOutgrownStatistics } from '../../sql/feed/compile-outgrown-statistics.ts'
import type { Database } from '../database.ts'

/** After so many writes the tables are looked at, and whenever there were so many times as many. */
const firstLook = 8
const growth = 2

/**
 * Gives the planner statistics of tables that grow fast, sooner than autovacuum does, which comes once a minute: a plan from when a table
 * had a page goes on reading it whole.
 *
 * @returns what to call after each write
 */
export function watchGrowth({ run }: Pick<Database, 'run'>): () => void {
  let writes = 0
  let nextLook = firstLook
  return () => {
    writes++
    if (writes < nextLook) return
    nextLook *= growth
    // The planner may do without them.
    void analyzeOutgrown(run).catch(() => undefined)
  }
}

async function analyzeOutgrown(run: Database['run']): Promise<void> {
  for (const { name } of await run(compileOutgrownStatistics())) await run(compileAnalyzeTable(String(name)))
}
