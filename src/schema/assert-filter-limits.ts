import {
  type FieldNode,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  visit,
} from 'graphql'
import type { Path } from '../errors.ts'
import { createLimitError, type Limits } from '../limits.ts'
import { operators } from '../template/field-types/operators.ts'
import { isFilter } from './dynamic-builder.ts'
import type { Variables } from './open-variables.ts'

export type FilterLimits = Pick<Limits, 'conditions' | 'listedValues'>

export interface FilterVariable {
  readonly name: string
  readonly type: GraphQLInputType
  /** How often the operation uses the variable. */
  readonly uses: number
  /** The path of its first use, from the argument inwards. */
  readonly place: () => Path
}

/**
 * Counts what stands in the values of variables, as they came, against the limits of filters, so that values beyond them are
 * refused before they are coerced. Throws LIMIT_EXCEEDED.
 */
export function assertFilterLimits(
  variables: readonly FilterVariable[],
  values: Variables,
  limits: FilterLimits,
): void {
  const counts = { conditions: 0, listedValues: 0 }
  for (const { name, type, uses, place } of variables)
    countFilter(values[name], type, (limit, count) => {
      counts[limit] += uses * count
      if (counts[limit] > limits[limit])
        throw createLimitError(limit, limits[limit], undefined, { path: place().slice(0, 1) })
    })
}

function countFilter(
  value: unknown,
  type: GraphQLInputType,
  add: (limit: keyof FilterLimits, count: number) => void,
): void {
  const named = getNullableType(type)
  if (Array.isArray(value)) {
    if (!isListType(named) || !isFilter(getNullableType(named.ofType))) return
    add('conditions', value.length)
    for (const item of value) countFilter(item, named.ofType, add)
  } else if (typeof value === 'object' && value !== null && isInputObjectType(named) && isFilter(named)) {
    const fields = named.getFields()
    const entries = Object.entries(value)
    add('conditions', entries.length)
    for (const [name, member] of entries) {
      const field = fields[name]
      if (!field) continue
      if (Array.isArray(member) && takesValues(name)) add('listedValues', member.length)
      else countFilter(member, field.type, add)
    }
  }
}

/** Operators whose list has values to compare with. A field with such a name has a filter instead, which is not a list. */
function takesValues(name: string): boolean {
  const takes = Object.hasOwn(operators, name) ? operators[name as keyof typeof operators].takes : undefined
  return takes === 'values' || takes === 'items'
}

/**
 * How often each variable is certainly used in the arguments of root fields. Merged fields count once; fields
 * with a directive or in a fragment do not count, because they may not run at all.
 */
export function countRootUses(operation: OperationDefinitionNode): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  const isCertain = (selection: SelectionNode): selection is FieldNode =>
    selection.kind === Kind.FIELD && !selection.directives?.length
  const fields = operation.selectionSet.selections.filter(isCertain)
  const merged = new Map(fields.map((field) => [(field.alias ?? field.name).value, field]))
  for (const { arguments: args = [] } of merged.values())
    for (const arg of args)
      visit(arg, { Variable: ({ name }) => void uses.set(name.value, (uses.get(name.value) ?? 0) + 1) })
  return uses
}
