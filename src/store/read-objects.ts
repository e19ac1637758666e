import type { ReadPlan } from '../plan/plan.ts'
import { assertMatrixFits } from '../plan/plan-matrix.ts'
import { compileRead } from '../sql/compile-read.ts'
import type { Run } from './database.ts'

/** Runs a read as one statement. The value is keyed by response key throughout; null where a single object is not found. */
export async function readObjects(run: Run, plan: ReadPlan): Promise<unknown> {
  const [row] = await run(compileRead(plan))
  if (plan.kind === 'matrix') assertMatrixFits(plan.matrix, Number(row?.rows), Number(row?.columns))
  return typeof row?.value === 'string' ? JSON.parse(row.value) : null
}
