import {
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql'
import type { InputIssue, Path } from '../errors.ts'
import { mapInTurns } from '../map-in-turns.ts'
import { quote } from '../template/quote.ts'
import { assertFilterLimits, type FilterLimits } from './assert-filter-limits.ts'
import { coerceInput, type InputProblem } from './coerce-input.ts'
import { countRootUses } from './count-root-uses.ts'
import { createDocumentError } from './document-error.ts'
import { isFilter } from './dynamic-builder.ts'
import { explainNull } from './explain-null.ts'
import { findVariablePlaces } from './find-literal-paths.ts'

type Variables = Readonly<Record<string, unknown>>

/** Variables coerced to their types, or at least one error. */
export type CoercedVariables =
  | { readonly coerced: Record<string, unknown>; readonly errors?: never }
  | { readonly coerced?: never; readonly errors: readonly GraphQLError[] }

const mostErrors = 50

/** Coerces the variables that came with one request for an operation. */
export type CoerceVariables = (given: Variables, limits: FilterLimits) => Promise<CoercedVariables>

/**
 * Creates a function that coerces the variables of an operation (section 6.1.2 of the specification). The errors are
 * `BAD_USER_INPUT` with `issues`, whose paths lead from the argument that first uses the variable to the attribute that is
 * wrong, missing or unknown; or one `LIMIT_EXCEEDED` if filters exceed the limits. Long lists yield to the event loop
 * in between.
 *
 * @param document a valid one, which holds `operation`
 */
export function createCoerceVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CoerceVariables {
  const places = lazily(() => findVariablePlaces(document))
  const placeOf = (name: string): Path => places().get(name) ?? [name]
  const types = (operation.variableDefinitions ?? []).flatMap((definition): VariableType[] => {
    const type = typeFromAST(schema, definition.type)
    return isInputType(type) ? [{ definition, name: definition.variable.name.value, type }] : []
  })
  const uses = countRootUses(operation)
  const filters = types.filter(({ type }) => isFilter(getNamedType(type)))
  return async (given, limits) => {
    const found: GraphQLError[] = []
    const report = (error: GraphQLError): void => {
      if (found.length === mostErrors) throw new TooManyErrors()
      found.push(error)
    }
    const coerced: Record<string, unknown> = Object.create(null)
    try {
      assertFilters(filters, given, limits, (name) => uses.get(name) ?? 1, placeOf)
      for (const variable of types) {
        const coercing = coerceVariable(variable, given, coerced, placeOf, report)
        if (coercing) await coercing
      }
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] }
      if (!(error instanceof TooManyErrors)) throw error
      found.push(toError({}, 'Too many errors processing variables, error limit reached. Execution aborted.', []))
    }
    return found.length > 0 ? { errors: found } : { coerced }
  }
}

/** Thrown to stop the search for more problems. */
class TooManyErrors extends Error {}

interface VariableType {
  readonly definition: VariableDefinitionNode
  readonly name: string
  readonly type: GraphQLInputType
}

function assertFilters(
  types: readonly VariableType[],
  given: Variables,
  limits: FilterLimits,
  timesOf: (name: string) => number,
  placeOf: (name: string) => Path,
): void {
  const counts = { conditions: 0, listedValues: 0 }
  for (const { name, type } of types)
    if (Object.hasOwn(given, name))
      assertFilterLimits(given[name], type, counts, limits, timesOf(name), () => placeOf(name).slice(0, 1))
}

/** Coerces a value in one turn, unless it is a list. */
function coerceVariable(
  { definition, name, type }: VariableType,
  given: Variables,
  coerced: Record<string, unknown>,
  placeOf: (name: string) => Path,
  report: (error: GraphQLError) => void,
): Promise<void> | undefined {
  const nodes = { nodes: [definition] }
  const value = Object.hasOwn(given, name) ? given[name] : undefined
  if (value === undefined) {
    if (definition.defaultValue) coerced[name] = valueFromAST(definition.defaultValue, type)
    else if (isNonNullType(type))
      report(toError(nodes, `Variable "$${name}" of required type "${type}" was not provided.`, placeOf(name)))
  } else if (value === null && isNonNullType(type)) {
    report(toError(nodes, `Variable "$${name}" of non-null type "${type}" must not be null.`, placeOf(name)))
  } else {
    // One object may lack many attributes.
    const printed = new Map<unknown, string>()
    const print = (one: unknown): string => {
      const text = printed.get(one) ?? quote(one)
      printed.set(one, text)
      return text
    }
    const reportProblem = (problem: InputProblem) =>
      report(toValueError(nodes, name, placeOf(name), problem, print(problem.value)))
    const nullable = getNullableType(type)
    if (isListType(nullable) && Array.isArray(value)) {
      const { ofType } = nullable
      return mapInTurns(value, (item, step) =>
        coerceInput(item, ofType, reportProblem, { outside: undefined, step }),
      ).then((items) => {
        coerced[name] = items
      })
    }
    coerced[name] = coerceInput(value, type, reportProblem)
  }
  return undefined
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function toError(nodes: Partial<Pick<GraphQLError, 'nodes'>>, message: string, path: Path): GraphQLError {
  return createDocumentError({ nodes: undefined, path: undefined, ...nodes }, message, [
    { path, code: 'INVALID_VARIABLE', message },
  ])
}

function toValueError(
  nodes: Pick<GraphQLError, 'nodes'>,
  name: string,
  place: Path,
  problem: InputProblem,
  printed: string,
): GraphQLError {
  const path = [...place, ...problem.path]
  const instead = problem.value === null ? explainNull(path) : undefined
  const reason = instead === undefined ? problem.reason : `${problem.reason} ${instead}`
  const at = problem.path.length > 0 ? ` at "${name}${printPath(problem.path)}"` : ''
  const message = `Variable "$${name}" got invalid value ${printed}${at}; ${reason}`
  return createDocumentError({ ...nodes, path: undefined }, message, issuesOf(problem, path, reason))
}

/** The reason itself names a missing or unknown attribute. */
function issuesOf({ attribute, issues }: InputProblem, path: Path, reason: string): readonly InputIssue[] {
  if (issues) return issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }))
  const code = 'INVALID_VARIABLE'
  if (attribute !== undefined) return [{ path: [...path, attribute], code, message: reason }]
  const field = path.findLast((segment) => typeof segment === 'string')
  return [{ path, code, message: `${field}: ${reason}` }]
}

/** As graphql-js prints it: `[1].name`. */
function printPath(path: Path): string {
  return path.map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment}`)).join('')
}
