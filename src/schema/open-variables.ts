import {
  type GraphQLInputType,
  type GraphQLScalarType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql'
import type { Path } from '../errors.ts'
import { OpenValue } from '../plan/open-value.ts'

/** The place of a value in the variables of an operation: `['where', 'name', 'equals']`. */
export type VariablePlace = Path

export type Variables = Readonly<Record<string, unknown>>

/** The variables that an operation defines, each with its type. */
export type VariableTypes = readonly (readonly [name: string, type: GraphQLInputType])[]

/** Whether values of this scalar may stay open: most of them are only compared with stored values and do not change the plan. */
function isOpenable({ name }: GraphQLScalarType): boolean {
  return name !== 'Boolean' && name !== 'JSON'
}

/**
 * The part of the variables that the plan of an operation depends on, independent of the values in open places: which
 * variables and members of input objects are given, lists, and closed values. Variables of the same form have the same plan.
 * Undefined if the form has more than `longest` characters; printing stops there.
 */
export function printForm(types: VariableTypes, variables: Variables, longest: number): string | undefined {
  let form = ''
  const add = (text: string): boolean => {
    form += text
    return form.length <= longest
  }
  const addValue = (value: unknown, type: GraphQLInputType): boolean => {
    if (value === undefined || value === null) return add(String(value))
    if (isNonNullType(type)) return addValue(value, type.ofType)
    if (isScalarType(type) && isOpenable(type)) return add('?')
    if (isListType(type) && Array.isArray(value)) {
      // An item has at least one character.
      if (value.length > longest) return false
      if (isObjectList(type.ofType))
        return add('[') && value.every((item) => addValue(item, type.ofType) && add(',')) && add(']')
    }
    if (!isInputObjectType(type)) return add(JSON.stringify(value))
    const fields = type.getFields()
    const addMember = ([name, member]: [string, unknown]): boolean => {
      const field = fields[name]
      return add(`${name}:`) && (!field || addValue(member, field.type)) && add(',')
    }
    return add('{') && Object.entries(value).every(addMember) && add('}')
  }
  return types.every(([name, type]) => addValue(variables[name], type) && add(';')) ? form : undefined
}

/** Lists of scalars stay closed, because their length decides how they are compared. */
function isObjectList(type: GraphQLInputType): boolean {
  return isInputObjectType(getNullableType(type))
}

/**
 * Plans an operation with open values in the open places of its variables.
 *
 * @returns `settled`: the places whose values planning needed after all
 */
export function withOpenVariables<Result>(
  types: VariableTypes,
  given: Variables,
  plan: (variables: Variables) => Result,
): { readonly result: Result; readonly settled: readonly VariablePlace[] } {
  let values: Variables | undefined = given
  const settled = new Map<string, VariablePlace>()
  const settleAt = (place: VariablePlace): unknown => {
    if (!values) throw new Error('a variable was settled after planning')
    settled.set(place.join('.'), place)
    return valueAt(values, place)
  }
  const open = (value: unknown, type: GraphQLInputType, place: VariablePlace): unknown => {
    if (value === undefined || value === null) return value
    if (isNonNullType(type)) return open(value, type.ofType, place)
    if (isScalarType(type) && isOpenable(type)) {
      return new OpenValue(
        (binding) => valueAt(binding.variables, place),
        () => settleAt(place),
      )
    }
    if (isListType(type) && Array.isArray(value) && isObjectList(type.ofType))
      return value.map((item, i) => open(item, type.ofType, [...place, i]))
    if (!isInputObjectType(type)) return value
    const fields = type.getFields()
    const opened: Record<string, unknown> = Object.create(null)
    for (const [name, member] of Object.entries(value)) {
      const field = fields[name]
      opened[name] = field ? open(member, field.type, [...place, name]) : member
    }
    return opened
  }
  const variables: Record<string, unknown> = Object.create(null)
  for (const [name, type] of types) if (Object.hasOwn(given, name)) variables[name] = open(given[name], type, [name])
  const result = plan(variables)
  // Compiled operations are kept for a long time and must not keep the values of one request.
  values = undefined
  return { result, settled: [...settled.values()] }
}

/** The value at that place, which exists in all variables of one form. */
export function valueAt(variables: Variables, place: VariablePlace): unknown {
  let value: unknown = variables
  for (const step of place) value = (value as Readonly<Record<string | number, unknown>>)[step]
  return value
}
