import type { Source } from '../plan/source.ts'
import { compileCounts } from '../sql/compile-counts.ts'
import type { Run } from './database.ts'

/** Counts the objects of each source, by its template's name, in one statement. */
export async function countObjects(run: Run, sources: readonly Source[]): Promise<Readonly<Record<string, number>>> {
  const [row] = await run(compileCounts(sources))
  return JSON.parse(String(row?.value))
}
