import type { Database } from '../database.ts'

/** Gives the planner statistics before autovacuum does, with a statement such as `compileAnalyze`. It may do without them. */
export async function tryToAnalyze(database: Pick<Database, 'run'>, text: string): Promise<void> {
  await database.run({ text, values: [] }).catch(() => undefined)
}
