import { assertNever } from '../../errors.ts'
import type { Condition } from '../condition.ts'
import type { Source } from '../source.ts'

/** The same condition on other objects: `asOf` gives the source for each that the condition looks into. */
export function conditionAsOf(condition: Condition, asOf: (source: Source) => Source): Condition {
  const inside = (one: Condition) => conditionAsOf(one, asOf)
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { ...condition, of: condition.of.map(inside) }
    case 'not':
      return { ...condition, of: inside(condition.of) }
    case 'items':
      return { ...condition, where: inside(condition.where) }
    case 'reference':
      return { ...condition, target: asOf(condition.target), where: inside(condition.where) }
    case 'related':
      return { ...condition, from: asOf(condition.from), where: inside(condition.where) }
    case 'count':
      return { ...condition, source: asOf(condition.source), where: inside(condition.where) }
    case 'latest':
      return {
        ...condition,
        source: asOf(condition.source),
        where: inside(condition.where),
        is: inside(condition.is),
      }
    case 'always':
    case 'field':
    case 'fields':
    case 'key':
    case 'keys':
    case 'referenceKey':
    case 'refersToAny':
      return condition
    default:
      return assertNever(condition)
  }
}
