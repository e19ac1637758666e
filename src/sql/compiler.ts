import type { Condition } from '../plan/condition.ts'
import type { ConnectionPlan, ObjectSelection } from '../plan/plan.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { compilePastStep, type PastStep } from './changes/compile-past-step.ts'
import { compileCondition } from './compile-condition.ts'
import { compileConnection } from './compile-connection.ts'
import type { Parent } from './compile-matches.ts'
import { compileObject } from './compile-selection.ts'
import type { Sql } from './sql.ts'

/**
 * Compiles the parts of one statement. Plans are recursive (objects contain connections, connections contain objects,
 * conditions contain sources with conditions), so the compilers of the parts use this interface instead of importing each other.
 */
export interface Compiler {
  /** The next alias of the statement: o1, o2, … */
  readonly next: () => string
  /** Whether the row with that alias matches the condition: true, otherwise false or null. */
  readonly condition: (condition: Condition, row: string) => Sql
  /** The selected fields of the object in that row, as JSON text. */
  readonly object: (selection: ObjectSelection, row: string) => Sql
  /** The page and the totals of a list below an object, as JSON text. */
  readonly connection: (plan: ConnectionPlan, parent: Parent) => Sql
  /** What brings a former document of the template in step with it; undefined if all of them are. */
  readonly pastStep: (template: Template, model: TemplateModel) => PastStep | undefined
}

export function createCompiler(): Compiler {
  let last = 0
  const compiler: Compiler = {
    next: () => `o${++last}`,
    condition: (condition, row) => compileCondition(condition, row, compiler),
    object: (selection, row) => compileObject(selection, row, compiler),
    connection: (plan, parent) => compileConnection(plan, parent, compiler),
    pastStep: compilePastStep,
  }
  return compiler
}
