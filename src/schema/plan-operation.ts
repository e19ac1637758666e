import { collectFields } from '@graphql-tools/utils'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
} from 'graphql'
import { compileRead } from '../sql/compile-read.ts'
import type { Statement } from '../sql/sql.ts'
import { planReadOf } from './read-field.ts'

type Variables = Readonly<Record<string, unknown>>

/** One root field of an answer: what the statement's only value says, or the name of the root type. */
export type RootEntry =
  | { readonly kind: 'read'; readonly key: string; readonly statement: Statement }
  | { readonly kind: 'typename'; readonly key: string; readonly name: string }

/** A query whose root fields are all reads, so that PostgreSQL's JSON is its answer. */
export interface ReadOperation {
  readonly name: string | undefined
  /** The root fields in the order of the response. Throws what graphql-js or the planner have to say against the variables. */
  readonly plan: (variables: Variables) => readonly RootEntry[]
}

/**
 * Makes an operation of a valid document ready to be planned for each request anew; undefined where a root field is
 * more than a read. What uses no variables is planned once.
 */
export function planOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): ReadOperation | undefined {
  const operation = getOperationAST(document, operationName)
  const type = schema.getQueryType()
  if (operation?.operation !== OperationTypeNode.QUERY || !type) return undefined
  const request: Request = { schema, type, operation, fragments: fragmentsOf(document) }
  if (!areReads(request)) return undefined
  const name = operation.name?.value
  if (operation.variableDefinitions?.length) return { name, plan: (given) => planRoots(request, given) }
  let constant: readonly RootEntry[] | undefined
  return {
    name,
    plan() {
      constant ??= planRoots(request, {})
      return constant
    },
  }
}

interface Request {
  readonly schema: GraphQLSchema
  readonly type: GraphQLObjectType
  readonly operation: OperationDefinitionNode
  readonly fragments: Record<string, FragmentDefinitionNode>
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  return fragments
}

/** Every field that stands at the root, in fragments too, whatever `@skip` and `@include` come to. */
function areReads({ type, operation, fragments }: Request): boolean {
  const fields = type.getFields()
  const isRead = (selection: SelectionNode): boolean => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet.selections.every(isRead)
    if (selection.kind === Kind.FRAGMENT_SPREAD)
      return fragments[selection.name.value]?.selectionSet.selections.every(isRead) ?? false
    const field = fields[selection.name.value]
    return field ? planReadOf(field) !== undefined : selection.name.value === '__typename'
  }
  return operation.selectionSet.selections.every(isRead)
}

/** As graphql-js executes a query (section 6.2.1 of the specification), up to the statements. */
function planRoots({ schema, type, operation, fragments }: Request, given: Variables): readonly RootEntry[] {
  const variables = getVariableValues(schema, operation.variableDefinitions ?? [], given)
  if (!variables.coerced) throw variables.errors[0]
  const { fields } = collectFields(schema, fragments, variables.coerced, type, operation.selectionSet)
  return [...fields].map(([key, fieldNodes]): RootEntry => {
    const [node] = fieldNodes as [FieldNode]
    const fieldName = node.name.value
    if (fieldName === '__typename') return { kind: 'typename', key, name: type.name }
    const field = type.getFields()[fieldName]
    const planRead = field && planReadOf(field)
    if (!planRead) throw new Error(`"${fieldName}" is not a read`)
    const plan = planRead(getArgumentValues(field, node, variables.coerced), {
      schema,
      fragments,
      variableValues: variables.coerced,
      fieldName,
      fieldNodes,
      returnType: field.type,
      path: { prev: undefined, key, typename: type.name },
    })
    return { kind: 'read', key, statement: compileRead(plan) }
  })
}
