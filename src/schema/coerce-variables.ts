import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql'
import type { InputIssue } from '../errors.ts'
import { quote } from '../template/quote.ts'
import { createDocumentError } from './document-error.ts'
import { explainNull } from './explain-null.ts'
import { findInputProblems, type InputProblem } from './find-input-problems.ts'
import { findVariablePlaces } from './find-literal-paths.ts'

type Path = readonly (string | number)[]
type Variables = Readonly<Record<string, unknown>>

/** Variables coerced to their types, or at least one error. */
export type CoercedVariables =
  | { readonly coerced: Record<string, unknown>; readonly errors?: never }
  | { readonly coerced?: never; readonly errors: readonly GraphQLError[] }

const mostErrors = 50

/**
 * Coerces the variables of a request (section 6.1.2 of the specification). The errors are `BAD_USER_INPUT`
 * with `issues`, whose paths lead from the argument that first uses the variable to the attribute that is wrong,
 * missing or unknown.
 *
 * @param document a valid one, which holds `operation`
 */
export function coerceVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  given: Variables,
): CoercedVariables {
  const definitions = operation.variableDefinitions ?? []
  const { coerced, errors } = getVariableValues(schema, definitions, given, { maxErrors: mostErrors })
  if (coerced) return { coerced }
  const places = findVariablePlaces(document)
  const found: GraphQLError[] = []
  for (const error of listErrors(schema, definitions, given, places)) {
    if (found.length === mostErrors) {
      found.push(toError({}, 'Too many errors processing variables, error limit reached. Execution aborted.', []))
      break
    }
    found.push(error)
  }
  // If only graphql-js refuses a value, its place is unknown.
  return { errors: found.length > 0 ? found : errors.map((error) => toError(error, error.message, [])) }
}

function* listErrors(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  given: Variables,
  places: ReadonlyMap<string, Path>,
): Iterable<GraphQLError> {
  for (const definition of definitions) {
    const name = definition.variable.name.value
    const type = typeFromAST(schema, definition.type)
    if (!isInputType(type)) continue
    const place = places.get(name) ?? [name]
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    const nodes = { nodes: [definition] }
    if (value === undefined) {
      if (isNonNullType(type) && !definition.defaultValue)
        yield toError(nodes, `Variable "$${name}" of required type "${type}" was not provided.`, place)
    } else if (value === null) {
      if (isNonNullType(type))
        yield toError(nodes, `Variable "$${name}" of non-null type "${type}" must not be null.`, place)
    } else {
      for (const problem of findInputProblems(value, type)) yield toValueError(nodes, name, place, problem)
    }
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
): GraphQLError {
  const path = [...place, ...problem.path]
  const instead = problem.value === null ? explainNull(path) : undefined
  const reason = instead === undefined ? problem.reason : `${problem.reason} ${instead}`
  const at = problem.path.length > 0 ? ` at "${name}${printPath(problem.path)}"` : ''
  const message = `Variable "$${name}" got invalid value ${quote(problem.value)}${at}; ${reason}`
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
