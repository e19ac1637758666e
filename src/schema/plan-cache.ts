import { createSeenBefore } from '../store/seen-before.ts'
import type { ReadOperation, RootEntry } from './plan-operation.ts'
import { createRecentlyUsed } from './recently-used.ts'

/** Plans an operation for variables, or gives what was planned for the same ones before. */
export interface PlanCache {
  /** Throws what the operation's `plan` throws. */
  readonly plan: (operation: ReadOperation, variables: Record<string, unknown>) => readonly RootEntry[]
}

const mostPlans = 1_000
const longestVariables = 4_000
/** Of a plan's statements together. */
const longestText = 20_000

/**
 * Dashboards poll, and all jobs of a pipeline ask of the same commit. What comes the second time is kept.
 */
export function createPlanCache(): PlanCache {
  const numbers = new WeakMap<ReadOperation, number>()
  const plans = createRecentlyUsed<readonly RootEntry[]>(mostPlans)
  const hasCome = createSeenBefore(mostPlans)
  let operations = 0
  const numberOf = (operation: ReadOperation): number => {
    const number = numbers.get(operation) ?? operations++
    numbers.set(operation, number)
    return number
  }
  return {
    plan(operation, variables) {
      const given = operation.usesVariables ? JSON.stringify(variables) : ''
      // Null, and numbers beyond JSON's range: both print as null.
      if (given.length > longestVariables || given.includes('null')) return operation.plan(variables)
      const key = `${numberOf(operation)} ${given}`
      const known = plans.get(key)
      if (known) return known
      const planned = operation.plan(variables)
      const length = planned.reduce((sum, root) => sum + (root.kind === 'read' ? root.statement.text.length : 0), 0)
      if (length <= longestText && hasCome(key)) plans.set(key, planned)
      return planned
    },
  }
}
