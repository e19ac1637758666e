import { assertNever } from '../errors.ts'
import type { Condition } from './condition.ts'
import type { ConnectionPlan, ObjectSelection, ReadPlan } from './plan.ts'

/**
 * Whether the best way to run a read differs with the values that it filters by: a distribution may be that of one
 * image or of most of them, while a key always names one object.
 */
export function dependsOnValues(plan: ReadPlan): boolean {
  switch (plan.kind) {
    case 'connection':
      return connectionDepends(plan.connection)
    case 'object':
      return conditionDepends(plan.where) || selectionDepends(plan.selection)
    case 'uuid':
      return plan.selections.some(selectionDepends)
    case 'counts':
      return false
    default:
      return assertNever(plan)
  }
}

function connectionDepends({ where, entries }: ConnectionPlan): boolean {
  return (
    conditionDepends(where) ||
    entries.some((entry) => {
      if (entry.kind === 'nodes') return selectionDepends(entry.selection)
      return (
        entry.kind === 'edges' && entry.entries.some((one) => one.kind === 'node' && selectionDepends(one.selection))
      )
    })
  )
}

function selectionDepends({ entries }: ObjectSelection): boolean {
  return entries.some((entry) => {
    if (entry.kind === 'reference') return selectionDepends(entry.selection)
    return entry.kind === 'connection' && connectionDepends(entry.connection)
  })
}

function conditionDepends(condition: Condition): boolean {
  switch (condition.kind) {
    case 'always':
    case 'key':
      return false
    case 'referenceKey':
      return condition.field.list
    case 'refersToAny':
    case 'keys':
    case 'meta':
      return true
    case 'and':
      // One object at most is left to look at.
      return !condition.of.some((one) => one.kind === 'key') && condition.of.some(conditionDepends)
    case 'or':
      return condition.of.some(conditionDepends)
    case 'not':
      return conditionDepends(condition.of)
    case 'field':
      return !(
        condition.operator === 'isNull' ||
        condition.operator === 'isEmpty' ||
        (condition.operator === 'equals' && condition.field.unique && !condition.isCaseless)
      )
    case 'items':
    case 'reference':
    case 'related':
    case 'count':
      return conditionDepends(condition.where)
    default:
      return assertNever(condition)
  }
}
