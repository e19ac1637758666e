import type { PlanRequest } from '../../plan/plan-request.ts'
import { seesAll } from '../../plan/source.ts'
import { bindStatement } from '../bind-statement.ts'
import { createCompiler } from '../compiler.ts'
import { toStatement } from '../sql.ts'

/** Any time: what is relative to now does not change what is granted. */
const anyTime = new Date(0)

/** A text that is the same as long as the caller is granted to read the same: the condition of each template, with the caller's values. */
export function printSight({ model, sourceOrNone, rights }: PlanRequest): string {
  return JSON.stringify(
    model.templates.flatMap((template) => {
      const source = sourceOrNone(template)
      if (seesAll(source)) return []
      const condition = toStatement(createCompiler().condition(source.visible, 'o'))
      const { text, values } = bindStatement(condition, { variables: {}, now: anyTime, caller: rights.values })
      return [[template.stored, text, values]]
    }),
  )
}
