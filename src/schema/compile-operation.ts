import { collectFields } from '@graphql-tools/utils'
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  isNullableType,
  type OperationDefinitionNode,
} from 'graphql'
import type { PlannedOperation } from '../plan/collect-selection.ts'
import type { MatrixPlan } from '../plan/matrix-plan.ts'
import { type Binding, isOpen } from '../plan/open-value.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import { showsNestedJson } from '../plan/shows-nested-json.ts'
import { compileRead } from '../sql/compile-read.ts'
import type { Statement } from '../sql/sql.ts'
import { planReadOf } from './read-field.ts'

/** A query whose root fields are all reads or names of types. */
export interface ReadOperation {
  readonly schema: GraphQLSchema
  readonly type: GraphQLObjectType
  readonly definition: OperationDefinitionNode
  readonly fragments: Record<string, FragmentDefinitionNode>
}

/** One root field of an answer. */
export type CompiledField =
  | { readonly kind: 'typename'; readonly key: string; readonly name: string }
  | CompiledRead
  | {
      readonly kind: 'refused'
      readonly key: string
      readonly nodes: readonly FieldNode[]
      readonly isNullable: boolean
      readonly error: unknown
    }

/** A statement whose values may be open, and what its only row means. */
export interface CompiledRead {
  readonly kind: 'read'
  readonly key: string
  readonly nodes: readonly FieldNode[]
  readonly isNullable: boolean
  readonly statement: Statement
  /** The places among the statement's values that are filled for each request. */
  readonly open: readonly number[]
  /** Whether PostgreSQL prints spaces in it. */
  readonly hasSpaces: boolean
  /** Of a matrix, whose statement tells how large it is. */
  readonly matrix: MatrixPlan | undefined
}

/**
 * The root fields in the order of the response, as graphql-js executes those of a query (section 6.3 of the
 * specification), up to the statements.
 */
export function compileOperation(
  { schema, type, definition, fragments }: ReadOperation,
  variables: Pick<PlannedOperation, 'variableValues' | 'openVariables'>,
  request: PlanRequest,
): readonly CompiledField[] {
  const operation: PlannedOperation = { schema, fragments, ...variables }
  const { fields } = collectFields(schema, fragments, variables.variableValues, type, definition.selectionSet)
  return [...fields].map(([key, nodes]) => compileField(key, nodes, type, operation, request))
}

function compileField(
  key: string,
  nodes: readonly FieldNode[],
  type: GraphQLObjectType,
  operation: PlannedOperation,
  request: PlanRequest,
): CompiledField {
  const [node] = nodes
  const fieldName = node?.name.value ?? ''
  if (fieldName === '__typename') return { kind: 'typename', key, name: type.name }
  const field = type.getFields()[fieldName]
  const planRead = field && planReadOf(field)
  if (!node || !planRead) throw new Error(`"${fieldName}" is not a read`)
  const isNullable = isNullableType(field.type)
  try {
    const args = getArgumentValues(field, node, operation.openVariables ?? operation.variableValues)
    const path = { prev: undefined, key, typename: type.name }
    const plan = planRead(args, { ...operation, fieldName, fieldNodes: nodes, returnType: field.type, path }, request)
    const statement = compileRead(plan)
    return {
      kind: 'read',
      key,
      nodes,
      isNullable,
      statement,
      open: statement.values.flatMap((value, place) => (isOpen(value) ? [place] : [])),
      hasSpaces: showsNestedJson(plan),
      matrix: plan.kind === 'matrix' ? plan.matrix : undefined,
    }
  } catch (error) {
    return { kind: 'refused', key, nodes, isNullable, error }
  }
}

/** The statement for one request. Throws what is wrong with the values that fill its open places. */
export function bindStatement({ statement, open }: CompiledRead, binding: Binding): Statement {
  if (open.length === 0) return statement
  const values = [...statement.values]
  for (const place of open) {
    const value = values[place]
    values[place] = isOpen(value) ? value.bind(binding) : value
  }
  return { text: statement.text, values }
}
