import {
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
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
import { assertFilterLimits, countRootUses, type FilterLimits, type FilterVariable } from './assert-filter-limits.ts'
import { coerceInput, type InputProblem, placeIn } from './coerce-input.ts'
import { createDocumentError } from './document-error.ts'
import { isFilter } from './dynamic-builder.ts'
import { explainNull } from './explain-null.ts'
import { findVariablePlaces } from './find-literal-paths.ts'
import type { Variables } from './open-variables.ts'
import { addRemedy } from './remedies/add-remedy.ts'

/** Variables coerced to their types, or at least one error. */
export type CoercedVariables =
  | { readonly coerced: Record<string, unknown>; readonly errors?: never }
  | { readonly coerced?: never; readonly errors: readonly GraphQLError[] }

const mostErrors = 50

/** Coerces the variables that came with one request for an operation. */
export type CoerceVariables = (
  given: Variables,
  request: { readonly limits: FilterLimits; readonly introspects: boolean },
) => Promise<CoercedVariables>

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
  let places: ReadonlyMap<string, Path> | undefined
  const placeOf = (name: string): Path => {
    places ??= findVariablePlaces(document)
    return places.get(name) ?? [name]
  }
  const uses = countRootUses(operation)
  const variables = (operation.variableDefinitions ?? []).map((definition): Variable => {
    const name = definition.variable.name.value
    const type = typeFromAST(schema, definition.type) as GraphQLInputType
    // A variable that is used only where a directive may leave the field out counts once.
    return { definition, name, type, uses: uses.get(name) ?? 1, place: () => placeOf(name) }
  })
  const filters = variables.filter(({ type }) => isFilter(getNamedType(type)))
  return async (given, { limits, introspects }) => {
    const found: GraphQLError[] = []
    const report = (error: GraphQLError): void => {
      if (found.length === mostErrors) throw new TooManyErrors()
      found.push(error)
    }
    // A variable may have the name of a property of Object.prototype.
    const values: Variables = Object.assign(Object.create(null), given)
    const coerced: Record<string, unknown> = Object.create(null)
    try {
      assertFilterLimits(filters, values, limits)
      for (const variable of variables) {
        const value = await coerceVariable(variable, values[variable.name], introspects, report)
        if (value !== undefined) coerced[variable.name] = value
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

type Nodes = Partial<Pick<GraphQLError, 'nodes'>>

interface Variable extends FilterVariable {
  readonly definition: VariableDefinitionNode
}

/** Undefined if the variable has no value, or a wrong one. */
async function coerceVariable(
  { definition, name, type, place }: Variable,
  value: unknown,
  introspects: boolean,
  report: (error: GraphQLError) => void,
): Promise<unknown> {
  const nodes = { nodes: [definition] }
  if (value === undefined && definition.defaultValue) return valueFromAST(definition.defaultValue, type)
  if (value === undefined && isNonNullType(type))
    report(toError(nodes, `Variable "$${name}" of required type "${type}" was not provided.`, place()))
  if (value === null && isNonNullType(type))
    report(toError(nodes, `Variable "$${name}" of non-null type "${type}" must not be null.`, place()))
  if (value === undefined || value === null) return value
  // One object may lack many attributes.
  const printed = new Map<unknown, string>()
  const print = (one: unknown): string => {
    const text = printed.get(one) ?? quote(one)
    printed.set(one, text)
    return text
  }
  const reportProblem = ({ remedy, ...problem }: InputProblem) => {
    const shown = introspects && remedy ? { ...problem, remedy } : problem
    report(toValueError(nodes, name, place(), shown, print(problem.value)))
  }
  const nullable = getNullableType(type)
  if (!isListType(nullable) || !Array.isArray(value)) return coerceInput(value, type, reportProblem)
  return mapInTurns(value, (item, index) =>
    coerceInput(item, nullable.ofType, reportProblem, placeIn(undefined, index)),
  )
}

function toError(nodes: Nodes, message: string, path: Path): GraphQLError {
  return createDocumentError(nodes, message, [{ path, code: 'INVALID_VARIABLE', message }])
}

function toValueError(nodes: Nodes, name: string, place: Path, problem: InputProblem, printed: string): GraphQLError {
  const path = [...place, ...problem.path]
  const named = path.findLast((segment) => typeof segment === 'string')
  const instead = problem.value === null ? explainNull(path) : problem.remedy?.(String(named))
  const reason = instead === undefined ? problem.reason : addRemedy(problem.reason, instead)
  const at = problem.path.length > 0 ? ` at "${name}${printPath(problem.path)}"` : ''
  const message = `Variable "$${name}" got invalid value ${printed}${at}; ${reason}`
  return createDocumentError(nodes, message, issuesOf(problem, path, reason))
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
