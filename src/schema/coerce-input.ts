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
} from 'graphql'
import type { InputIssue, Path } from '../errors.ts'
import { didYouMean } from '../template/suggest.ts'

/** Why a value cannot be coerced to its type. */
export interface InputProblem {
  /** The path of the value, from the outermost value inwards. */
  readonly path: Path
  readonly value: unknown
  /** The attribute that the value, an object, lacks or must not have. */
  readonly attribute?: string
  readonly reason: string
  /** The issues that a scalar reports, with paths below `path`. */
  readonly issues?: readonly InputIssue[]
}

/** Records a problem. May throw to end the walk. */
export type Report = (problem: InputProblem) => void

/** The path to a value, with the last step first. It becomes a list only if needed, because most values are right. */
export interface InputPlace {
  readonly outside: InputPlace | undefined
  readonly step: string | number
}

/** graphql-js compares a wrong value with every value of an enum, which takes long for long values. */
const longestEnumValue = 200

/**
 * Coerces a JSON value to a type (section 3.10 of the specification), like `coerceInputValue` of graphql-js, and reports
 * the problems in the same order. graphql-js names a missing or unknown attribute only in its message, and prints
 * the whole value for each problem. The resulting objects have no prototype; wrong values become undefined.
 */
export function coerceInput(value: unknown, type: GraphQLInputType, report: Report, place?: InputPlace): unknown {
  if (isNonNullType(type)) {
    if (value != null) return coerceInput(value, type.ofType, report, place)
    report({ path: toPath(place), value, reason: `Expected non-nullable type "${type}" not to be null.` })
    return undefined
  }
  if (value == null) return null
  if (isListType(type)) {
    const { ofType } = type
    if (!Array.isArray(value)) return [coerceInput(value, ofType, report, place)]
    return value.map((item, index) => coerceInput(item, ofType, report, { outside: place, step: index }))
  }
  if (!isInputObjectType(type)) return coerceLeaf(value, type, report, place)
  if (typeof value === 'object' && !Array.isArray(value))
    return coerceObject(value as Readonly<Record<string, unknown>>, type, report, place)
  report({ path: toPath(place), value, reason: `Expected type "${type.name}" to be an object.` })
  return undefined
}

function coerceObject(
  value: Readonly<Record<string, unknown>>,
  type: GraphQLInputObjectType,
  report: Report,
  place: InputPlace | undefined,
): Record<string, unknown> {
  const fields = type.getFields()
  const coerced: Record<string, unknown> = Object.create(null)
  let known = 0
  for (const name in fields) {
    const field = fields[name] as (typeof fields)[string]
    const given = Object.hasOwn(value, name) ? value[name] : undefined
    if (given !== undefined) {
      known++
      coerced[name] = coerceInput(given, field.type, report, { outside: place, step: name })
    } else if (field.defaultValue !== undefined) coerced[name] = field.defaultValue
    else if (isRequiredInputField(field)) {
      const reason = `Field "${name}" of required type "${field.type}" was not provided.`
      report({ path: toPath(place), value, attribute: name, reason })
    }
  }
  const names = Object.keys(value)
  if (names.length > known) reportUnknown(names, value, type, report, place)
  if (type.isOneOf) reportUnlessOne(coerced, value, type, report, place)
  return coerced
}

function reportUnknown(
  names: readonly string[],
  value: object,
  type: GraphQLInputObjectType,
  report: Report,
  place: InputPlace | undefined,
): void {
  const fields = type.getFields()
  for (const name of names) {
    if (Object.hasOwn(fields, name)) continue
    const reason = [`Field "${name}" is not defined by type "${type.name}".`, didYouMean(name, Object.keys(fields))]
    report({
      path: toPath(place),
      value,
      attribute: name,
      reason: reason.filter((part) => part !== undefined).join(' '),
    })
  }
}

function reportUnlessOne(
  coerced: Readonly<Record<string, unknown>>,
  value: object,
  type: GraphQLInputObjectType,
  report: Report,
  place: InputPlace | undefined,
): void {
  const [only, ...others] = Object.keys(coerced)
  if (only === undefined || others.length > 0) {
    const count = only === undefined ? 0 : 1 + others.length
    report({ path: toPath(place), value, reason: `Exactly one field of "${type.name}" must be given, not ${count}.` })
  } else if (coerced[only] === null) {
    const reason = `Field "${type.name}.${only}" must not be null.`
    report({ path: [...toPath(place), only], value: null, reason })
  }
}

function coerceLeaf(value: unknown, type: GraphQLLeafType, report: Report, place: InputPlace | undefined): unknown {
  let parsed: unknown
  let reason = `Expected type "${type.name}".`
  let issues: readonly InputIssue[] | undefined
  try {
    const isLong = typeof value === 'string' && value.length > longestEnumValue
    parsed = isEnumType(type) ? type.parseValue(value, isLong) : type.parseValue(value)
  } catch (error) {
    const { message, extensions } = error as Partial<GraphQLError>
    reason = error instanceof GraphQLError ? error.message : `${reason} ${message}`
    issues = extensions?.['issues'] as readonly InputIssue[] | undefined
  }
  if (parsed === undefined) report({ path: toPath(place), value, reason, ...(issues && { issues }) })
  return parsed
}

function toPath(place: InputPlace | undefined): Path {
  const path: (string | number)[] = []
  for (let at = place; at; at = at.outside) path.push(at.step)
  return path.reverse()
}
