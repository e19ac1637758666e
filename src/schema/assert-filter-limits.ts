import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql'
import type { Path } from '../errors.ts'
import { createLimitError, type Limits } from '../limits.ts'
import { operators } from '../template/field-types/operators.ts'
import { isFilter } from './dynamic-builder.ts'

export type FilterLimits = Pick<Limits, 'conditions' | 'listedValues'>

/** The counts of all filters in the variables of a request so far. */
export interface FilterCounts {
  conditions: number
  listedValues: number
}

/**
 * Counts what stands in a variable's value, as it came, against the limits of filters, so that one beyond them is refused
 * before it is coerced. A variable that is used only where a directive may leave the field out counts once. Throws LIMIT_EXCEEDED.
 *
 * @param times how often the variable is used
 * @param place returns the path of the argument that uses the variable
 */
export function assertFilterLimits(
  value: unknown,
  type: GraphQLInputType,
  counts: FilterCounts,
  limits: FilterLimits,
  times: number,
  place: () => Path,
): void {
  const add = (name: keyof FilterCounts, count: number) => {
    counts[name] += times * count
    if (counts[name] > limits[name]) throw createLimitError(name, limits[name], undefined, { path: place() })
  }
  const countIn = (given: unknown, of: GraphQLInputType): void => {
    const named = getNullableType(of)
    if (Array.isArray(given)) {
      if (!isListType(named) || !isFilter(getNullableType(named.ofType))) return
      add('conditions', given.length)
      for (const one of given) countIn(one, named.ofType)
    } else if (typeof given === 'object' && given !== null && isInputObjectType(named) && isFilter(named)) {
      countEntries(given as Readonly<Record<string, unknown>>, named)
    }
  }
  const countEntries = (given: Readonly<Record<string, unknown>>, of: GraphQLInputObjectType): void => {
    const fields = of.getFields()
    const names = Object.keys(given)
    add('conditions', names.length)
    for (const name of names) {
      const member = given[name]
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined
      if (!field) continue
      if (Array.isArray(member) && takesValues(name)) add('listedValues', member.length)
      else countIn(member, field.type)
    }
  }
  countIn(value, type)
}

/** Operators whose list has values to compare with. A field with such a name has a filter instead, which is not a list. */
function takesValues(name: string): boolean {
  const takes = Object.hasOwn(operators, name) ? operators[name as keyof typeof operators].takes : undefined
  return takes === 'values' || takes === 'items'
}
