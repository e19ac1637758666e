import type { AwaitedRead } from '../../plan/live/awaited-plan.ts'
import { assertMatrixFits } from '../../plan/matrix/plan-matrix.ts'
import { type Binding, bindValue } from '../../plan/open-value.ts'
import { bindStatement } from '../../sql/bind-statement.ts'
import type { Statement } from '../../sql/sql.ts'
import type { Row, Run } from '../../store/database.ts'
import type { CompiledRead } from '../compile-operation.ts'
import { callerNameOf, type RequestContext } from '../request-context.ts'

/** The row of a read that waits: the first that holds, or the one at the end of the time. */
export async function awaitRow(
  { statement, matrixLimits }: CompiledRead,
  { timeout, templates, readsUpdateTimes }: AwaitedRead,
  { binding, context }: { readonly binding: Binding; readonly context: RequestContext },
): Promise<Row | undefined> {
  const seconds = Number(bindValue(timeout, binding))
  const { name, isRelative } = identify(statement, binding)
  const ask = async (run: Run) => {
    const [row] = await run(bindStatement(statement, { ...binding, now: new Date() }))
    if (matrixLimits) assertMatrixFits(matrixLimits, Number(row?.rows), Number(row?.columns))
    return { holds: row?.holds === true, row }
  }
  const question = { name, templates, isTimely: readsUpdateTimes || isRelative, lane: callerNameOf(context), ask }
  const answer = await context.waits.until(question, 1_000 * seconds, context.asker.connection)
  // The token may have ended meanwhile.
  await context.asker.verify?.()
  return answer.row
}

/** Two times for which a value relative to now cannot be the same, a day apart and more. */
const times = [new Date('2001-01-01T00:00:00Z'), new Date('2010-10-10T10:10:10Z')] as const

/**
 * What names a question: reads of the same statement with the same values, whose caller and sight are part of these, give the same; and
 * whether it depends on when it is asked.
 */
export function identify(
  statement: Statement,
  binding: Binding,
): { readonly name: string; readonly isRelative: boolean } {
  const [one, other] = times.map((now) => JSON.stringify(bindStatement(statement, { ...binding, now }).values))
  return { name: `${statement.text} ${one} ${other}`, isRelative: one !== other }
}
