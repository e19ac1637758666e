import {
  GraphQLError,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type ResponsePath,
  responsePathAsArray,
} from 'graphql'
import type { InputIssue, Path } from '../errors.ts'
import { isOpen } from '../plan/open-value.ts'
import { givenJson } from './remedies/given.ts'
import { remedyOfEntry, remedyOfValue } from './remedies/remedy-of-input.ts'

/** Why a value cannot be coerced to its type. */
export interface InputProblem {
  /** The path of the value, from the outermost value inwards. */
  readonly path: Path
  readonly value: unknown
  /** The attribute that the value, an object, lacks or must not have. */
  readonly attribute?: string | undefined
  readonly reason: string
  /** What to write instead, as a sentence, if that is known. `name` is the entry or argument that the value was given for. */
  readonly remedy?: (name: string) => string | undefined
  /** The issues that a scalar reports, with paths below `path`. */
  readonly issues?: readonly InputIssue[] | undefined
}

/** Records a problem. May throw to end the walk. */
type Report = (problem: InputProblem) => void

/** The path to a value. It becomes a list only if needed, because most values are right. */
type Place = ResponsePath | undefined

/**
 * Coerces a JSON value to a type (section 3.10 of the specification), like `coerceInputValue` of graphql-js, and reports
 * the problems in the same order. graphql-js names a missing or unknown attribute only in its message, and prints
 * the whole value for each problem. The resulting objects have no prototype; wrong values become undefined.
 */
export function coerceInput(value: unknown, type: GraphQLInputType, report: Report, place?: Place): unknown {
  if (isNonNullType(type)) {
    if (value != null) return coerceInput(value, type.ofType, report, place)
    const reason = `Expected non-nullable type "${type}" not to be null.`
    report({ path: responsePathAsArray(place), value, reason })
    return undefined
  }
  if (value == null) return null
  if (isListType(type)) {
    const { ofType } = type
    if (!Array.isArray(value)) return [coerceInput(value, ofType, report, place)]
    return value.map((item, index) => coerceInput(item, ofType, report, placeIn(place, index)))
  }
  if (!isInputObjectType(type)) return coerceLeaf(value, type, report, place)
  if (typeof value === 'object' && !Array.isArray(value))
    return coerceObject(value as Readonly<Record<string, unknown>>, type, report, place)
  const reason = `Expected type "${type.name}" to be an object.`
  report({ path: responsePathAsArray(place), value, reason, remedy: toRemedy(value, type) })
  return undefined
}

function coerceObject(
  value: Readonly<Record<string, unknown>>,
  type: GraphQLInputObjectType,
  report: Report,
  place: Place,
): Record<string, unknown> {
  const refuse = (reason: string, attribute?: string, remedy?: () => string | undefined) =>
    report({ path: responsePathAsArray(place), value, attribute, reason, ...(remedy && { remedy }) })
  const fields = type.getFields()
  const coerced: Record<string, unknown> = Object.create(null)
  let known = 0
  for (const name in fields) {
    const field = fields[name] as (typeof fields)[string]
    const given = Object.hasOwn(value, name) ? value[name] : undefined
    if (given !== undefined) {
      known++
      coerced[name] = coerceInput(given, field.type, report, placeIn(place, name))
    } else if (field.defaultValue !== undefined) coerced[name] = field.defaultValue
    else if (isRequiredInputField(field))
      refuse(`Field "${name}" of required type "${field.type}" was not provided.`, name)
  }
  const names = Object.keys(value)
  if (names.length > known) {
    for (const name of names.filter((one) => !Object.hasOwn(fields, one))) {
      const reason = `Field "${name}" is not defined by type "${type.name}".`
      refuse(reason, name, () => remedyOfEntry(type, name, givenJson(value[name])))
    }
  }
  if (type.isOneOf) {
    const { length, 0: only = '' } = Object.keys(coerced)
    if (length !== 1) refuse(`Exactly one field of "${type.name}" must be given, not ${length}.`)
    else if (coerced[only] === null) {
      const path = responsePathAsArray(placeIn(place, only))
      report({ path, value: null, reason: `Field "${type.name}.${only}" must not be null.` })
    }
  }
  return coerced
}

function coerceLeaf(value: unknown, type: GraphQLLeafType, report: Report, place: Place): unknown {
  // What a condition of a role compares with: it is of the type when it is bound.
  if (isOpen(value)) return value
  let parsed: unknown
  let reason = `Expected type "${type.name}".`
  let issues: readonly InputIssue[] | undefined
  try {
    // Our remedies replace the suggestions of graphql-js.
    parsed = isEnumType(type) ? type.parseValue(value, true) : type.parseValue(value)
  } catch (error) {
    const { message, extensions } = error as Partial<GraphQLError>
    reason = error instanceof GraphQLError ? error.message : `${reason} ${message}`
    issues = extensions?.['issues'] as readonly InputIssue[] | undefined
  }
  if (parsed === undefined)
    report({ path: responsePathAsArray(place), value, reason, issues, remedy: toRemedy(value, type) })
  return parsed
}

function toRemedy(value: unknown, type: GraphQLInputType): (name: string) => string | undefined {
  return (name) => remedyOfValue(type, name, givenJson(value))
}

export function placeIn(prev: Place, key: string | number): ResponsePath {
  return { prev, key, typename: undefined }
}
