import {
  type GraphQLInputType,
  type GraphQLScalarType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql'
import { OpenValue } from '../plan/open-value.ts'

/** The place of a value in the variables of an operation: `['where', 'name', 'equals']`. */
export type VariablePlace = readonly (string | number)[]

type Variables = Readonly<Record<string, unknown>>

/** The variables that an operation defines, each with its type. */
export type VariableTypes = readonly (readonly [name: string, type: GraphQLInputType])[]

/** Whether values of this scalar may stay open: most of them are only compared with stored values and do not change the plan. */
function isOpenable({ name }: GraphQLScalarType): boolean {
  return name !== 'Boolean' && name !== 'JSON'
}

/**
 * The part of the variables that the plan of an operation depends on, independent of the values in open places: which
 * variables and members of input objects are given, lists, and closed values. Variables of the same form have the same plan.
 */
export function printForm(types: VariableTypes, variables: Variables): string {
  let form = ''
  for (const [name, type] of types) form += `${printFormOf(variables[name], type)};`
  return form
}

function printFormOf(value: unknown, type: GraphQLInputType): string {
  if (value === undefined || value === null) return String(value)
  if (isNonNullType(type)) return printFormOf(value, type.ofType)
  if (isScalarType(type) && isOpenable(type)) return '?'
  if (isListType(type) && Array.isArray(value) && isObjectList(type.ofType))
    return `[${value.map((item) => printFormOf(item, type.ofType)).join(',')}]`
  if (!isInputObjectType(type)) return JSON.stringify(value)
  const fields = type.getFields()
  const members = Object.entries(value).map(([name, member]) => {
    const field = fields[name]
    return `${name}:${field ? printFormOf(member, field.type) : ''}`
  })
  return `{${members.join(',')}}`
}

/** Lists of scalars stay closed, because their length decides how they are compared. */
function isObjectList(type: GraphQLInputType): boolean {
  return isInputObjectType(isNonNullType(type) ? type.ofType : type)
}

/** The variables with open values in the open places. Calls `onSettle` for each place whose value planning needs after all. */
export function openVariables(
  types: VariableTypes,
  variables: Variables,
  onSettle: (place: VariablePlace) => void,
): Variables {
  const opened: Record<string, unknown> = Object.create(null)
  for (const [name, type] of types)
    if (Object.hasOwn(variables, name)) opened[name] = openOf(variables[name], type, [name], onSettle)
  return opened
}

function openOf(
  value: unknown,
  type: GraphQLInputType,
  place: VariablePlace,
  onSettle: (place: VariablePlace) => void,
): unknown {
  if (value === undefined || value === null) return value
  if (isNonNullType(type)) return openOf(value, type.ofType, place, onSettle)
  if (isScalarType(type) && isOpenable(type)) {
    return new OpenValue(
      (binding) => valueAt(binding.variables, place),
      () => {
        onSettle(place)
        return value
      },
    )
  }
  if (isListType(type) && Array.isArray(value) && isObjectList(type.ofType))
    return value.map((item, i) => openOf(item, type.ofType, [...place, i], onSettle))
  if (!isInputObjectType(type)) return value
  const fields = type.getFields()
  const opened: Record<string, unknown> = Object.create(null)
  for (const [name, member] of Object.entries(value)) {
    const field = fields[name]
    opened[name] = field ? openOf(member, field.type, [...place, name], onSettle) : member
  }
  return opened
}

/** The value at that place, which exists in all variables of one form. */
export function valueAt(variables: Variables, place: VariablePlace): unknown {
  let value: unknown = variables
  for (const step of place) value = (value as Readonly<Record<string | number, unknown>>)[step]
  return value
}
