import {
  coerceInputValue,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql'
import type { InputIssue } from '../errors.ts'
import { completePath } from './complete-path.ts'

/**
 * What is wrong with the variables of an operation, a list of issues for each error of execution and in its order.
 * An empty message stands for the error's own.
 *
 * @param places where the variables stand in the document, from the argument inwards
 * @param limit how many errors there were
 */
export function findVariableIssues(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  places: ReadonlyMap<string, readonly (string | number)[]>,
  limit: number,
): (readonly InputIssue[])[] {
  const found: (readonly InputIssue[])[] = []
  const add = (path: readonly (string | number)[], cause?: readonly InputIssue[]) => {
    if (found.length >= limit) throw enough
    found.push(
      cause
        ? cause.map((issue) => ({ ...issue, path: [...path, ...issue.path] }))
        : [{ path, code: 'INVALID_VARIABLE', message: '' }],
    )
  }
  try {
    for (const definition of operation.variableDefinitions ?? []) {
      const name = definition.variable.name.value
      const type = typeFromAST(schema, definition.type)
      if (!isInputType(type)) continue
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined
      if (value == null) {
        const needed = isNonNullType(type) && (value === null || !definition.defaultValue)
        if (needed) add(places.get(name) ?? [name])
        continue
      }
      coerceInputValue(value, type, (path, _value, error) => {
        const issues = error.extensions['issues'] ?? error.originalError?.['extensions' as never]?.['issues']
        const place = [...(places.get(name) ?? [name]), ...path]
        add(completePath(place, error.message), Array.isArray(issues) ? (issues as InputIssue[]) : undefined)
      })
    }
  } catch (error) {
    if (error !== enough) throw error
  }
  return found
}

const enough = Symbol('as many issues as errors')
