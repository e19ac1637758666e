import { allOf, always, anyOf, type Condition, conditionsIn, negate, never } from '../condition.ts'

/**
 * What a condition demands of the key alone: it holds for every key under which an object can match, so whoever fails it cannot match
 * whatever else the object has. What does not depend on key fields is taken to hold.
 *
 *     {name: {startsWith: "ntp-"}, commit: {equals: "b312"}}  →  {name: {startsWith: "ntp-"}}
 */
export function keyRuleOf(condition: Condition): Condition {
  return weaken(condition, always)
}

/** `unknown` stands for what does not depend on the key: `always` where the result may hold too often, `never` where too seldom. */
function weaken(condition: Condition, unknown: typeof always | typeof never): Condition {
  switch (condition.kind) {
    case 'and':
      return unlessNever(allOf(condition.of.map((one) => weaken(one, unknown))))
    case 'or':
      return anyOf(condition.of.map((one) => weaken(one, unknown)).filter((one) => !isNever(one)))
    case 'not':
      return isNever(condition) ? never : negate(weaken(condition.of, unknown === always ? never : always))
    default:
      return dependsOnKey(condition) ? condition : unknown
  }
}

function dependsOnKey(condition: Condition): boolean {
  switch (condition.kind) {
    case 'always':
    case 'key':
    case 'keys':
      return true
    case 'field':
      return condition.field.isKey && condition.meta === undefined && condition.at === undefined
    case 'fields':
      return [condition.left, condition.right].every(({ field, meta, at }) => field.isKey && !meta && !at)
    case 'referenceKey':
    case 'refersToAny':
    case 'reference':
      return condition.field.isKey
    default:
      return false
  }
}

function unlessNever(condition: Condition): Condition {
  return conditionsIn(condition).some(isNever) ? never : condition
}

function isNever(condition: Condition): boolean {
  return condition.kind === 'not' && condition.of.kind === 'always'
}
