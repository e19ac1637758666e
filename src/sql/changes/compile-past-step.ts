import type { Template, TemplateModel } from '../../template/model.ts'
import type { Sql } from '../sql.ts'
import { compileInStep, compileNeeds } from './compile-step.ts'
import { rulesOf } from './stored-rules.ts'

/** What brings former documents in step with their template when they are read. */
export interface PastStep {
  /** Whether the row `o` needs that. */
  readonly needs: Sql
  /** A call that gives columns `document` and `refs`. */
  readonly stepped: Sql
  /** Whether `refs` can be others. */
  readonly changesReferences: boolean
}

/**
 * Former documents stay as they were written: what the template has changed since is made good at each read. Undefined if it has changed
 * nothing of the kind.
 */
export function compilePastStep(template: Template, model: TemplateModel): PastStep | undefined {
  const { fills, families } = rulesOf(template)
  if (fills.length === 0 && families.length === 0) return undefined
  const changed = [...fills, ...families.flat()]
  return {
    needs: compileNeeds(template),
    stepped: compileInStep(template, model),
    changesReferences: changed.some(({ reference }) => reference !== undefined),
  }
}
