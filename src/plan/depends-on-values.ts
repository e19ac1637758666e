import { assertNever } from '../errors.ts'
import { type Condition, conditionsIn } from './condition.ts'
import { type PlanPart, somePart, somePartOf } from './parts-of.ts'
import type { ObjectSelection, ReadPlan } from './plan.ts'

/**
 * Whether the best plan for a read depends on the values that it filters by: one image may have a distribution, or most
 * of them may, while a key always names one object.
 */
export function dependsOnValues(plan: ReadPlan): boolean {
  return (plan.kind === 'matrix' && plan.matrix.rows.kind === 'given') || somePart(plan, dependsPart)
}

/** The same for the selection of an object. */
export function selectionDepends(selection: ObjectSelection): boolean {
  return somePartOf(selection, dependsPart)
}

function dependsPart(part: PlanPart): boolean {
  return part.kind === 'condition' && conditionDepends(part.condition)
}

function conditionDepends(condition: Condition): boolean {
  switch (condition.kind) {
    case 'always':
    case 'key':
    case 'fields':
      return false
    case 'referenceKey':
      return condition.field.list
    case 'refersToAny':
    case 'keys':
      return true
    case 'and':
      // At most one object remains.
      return !condition.of.some((one) => one.kind === 'key') && condition.of.some(conditionDepends)
    case 'field':
      if (condition.meta) return true
      return !(
        condition.operator === 'isNull' ||
        condition.operator === 'isEmpty' ||
        (condition.operator === 'equals' && condition.field.unique && !condition.isCaseless)
      )
    case 'or':
    case 'not':
    case 'items':
    case 'reference':
    case 'related':
    case 'count':
    case 'latest':
      return conditionsIn(condition).some(conditionDepends)
    default:
      return assertNever(condition)
  }
}
