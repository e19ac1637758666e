import {
  coerceInputValue,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql'
import type { InputIssue } from '../errors.ts'
import { didYouMean } from '../template/suggest.ts'

type Path = readonly (string | number)[]

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

/**
 * Why a JSON value cannot be coerced to a type, with the messages and the order of graphql-js (section 3.10 of the
 * specification). Its `coerceInputValue` names a missing or unknown attribute only in the message, not as data.
 */
export function* findInputProblems(value: unknown, type: GraphQLInputType, path: Path = []): Iterable<InputProblem> {
  if (isNonNullType(type)) {
    if (value != null) yield* findInputProblems(value, type.ofType, path)
    else yield { path, value, reason: `Expected non-nullable type "${type}" not to be null.` }
  } else if (value == null) {
    return
  } else if (isListType(type)) {
    if (!Array.isArray(value)) yield* findInputProblems(value, type.ofType, path)
    else for (const [index, item] of value.entries()) yield* findInputProblems(item, type.ofType, [...path, index])
  } else if (isInputObjectType(type)) {
    if (typeof value === 'object' && !Array.isArray(value)) yield* findObjectProblems(value, type, path)
    else yield { path, value, reason: `Expected type "${type.name}" to be an object.` }
  } else {
    const found: InputProblem[] = []
    coerceInputValue(value, type, (_path, _value, { message, extensions }) => {
      const issues = extensions['issues'] as readonly InputIssue[] | undefined
      found.push({ path, value, reason: message, ...(issues && { issues }) })
    })
    yield* found
  }
}

function* findObjectProblems(value: object, type: GraphQLInputObjectType, path: Path): Iterable<InputProblem> {
  const fields = type.getFields()
  const given = new Map(Object.entries(value).filter(([, member]) => member !== undefined))
  for (const field of Object.values(fields)) {
    if (given.has(field.name)) yield* findInputProblems(given.get(field.name), field.type, [...path, field.name])
    else if (isRequiredInputField(field)) {
      const reason = `Field "${field.name}" of required type "${field.type}" was not provided.`
      yield { path, value, attribute: field.name, reason }
    }
  }
  for (const name of given.keys()) {
    if (Object.hasOwn(fields, name)) continue
    const reason = [`Field "${name}" is not defined by type "${type.name}".`, didYouMean(name, Object.keys(fields))]
    yield { path, value, attribute: name, reason: reason.filter((part) => part !== undefined).join(' ') }
  }
  if (!type.isOneOf) return
  const known = [...given].filter(([name]) => Object.hasOwn(fields, name))
  const [only, ...others] = known
  if (!only || others.length > 0) {
    yield { path, value, reason: `Exactly one field of "${type.name}" must be given, not ${known.length}.` }
  } else if (only[1] === null) {
    yield { path: [...path, only[0]], value: null, reason: `Field "${type.name}.${only[0]}" must not be null.` }
  }
}
