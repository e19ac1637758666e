import { assertNever } from '../errors.ts'
import type { Condition } from './condition.ts'
import type { GroupEntry, GroupKeyEntry } from './groups.ts'
import type { MatrixPlan } from './matrix-plan.ts'
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
      return selectionDepends(plan.selection)
    case 'uuid':
      return plan.selections.some(selectionDepends)
    case 'counts':
      return false
    case 'matrix':
      return matrixDepends(plan.matrix)
    default:
      return assertNever(plan)
  }
}

function connectionDepends({ where, entries }: ConnectionPlan): boolean {
  return (
    conditionDepends(where) ||
    entries.some((entry) => {
      if (entry.kind === 'nodes') return selectionDepends(entry.selection)
      if (entry.kind === 'groupBy') return entry.groups.entries.some(groupDepends)
      return (
        entry.kind === 'edges' && entry.entries.some((one) => one.kind === 'node' && selectionDepends(one.selection))
      )
    })
  )
}

/** The objects in a group's key and its latest one; the group itself depends on what the connection does. */
function groupDepends(entry: GroupEntry | GroupKeyEntry): boolean {
  if (entry.kind === 'latest' || entry.kind === 'target') return selectionDepends(entry.selection)
  return entry.kind === 'key' && entry.entries.some(groupDepends)
}

function matrixDepends({ where, columns, entries }: MatrixPlan): boolean {
  return (
    conditionDepends(where) ||
    conditionDepends(columns.where) ||
    entries.some((entry) => {
      if (entry.kind === 'columns') return selectionDepends(entry.selection)
      if (entry.kind !== 'cells' && entry.kind !== 'missing') return false
      return entry.entries.some(
        (one) => (one.kind === 'column' || one.kind === 'latest') && selectionDepends(one.selection),
      )
    })
  )
}

/** The same for what is selected of an object. */
export function selectionDepends({ entries }: ObjectSelection): boolean {
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
      return true
    case 'and':
      // One object at most is left to look at.
      return !condition.of.some((one) => one.kind === 'key') && condition.of.some(conditionDepends)
    case 'or':
      return condition.of.some(conditionDepends)
    case 'not':
      return conditionDepends(condition.of)
    case 'field':
      if (condition.meta) return true
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
