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
  isNullableType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { compileRead } from '../sql/compile-read.ts'
import type { Statement } from '../sql/sql.ts'
import { planReadOf } from './read-field.ts'

type Variables = Record<string, unknown>

/** One root field of an answer: what the statement's only value says, or the name of the root type. */
export type RootEntry =
  | { readonly kind: 'read'; readonly key: string; readonly statement: Statement; readonly isNullable: boolean }
  | { readonly kind: 'typename'; readonly key: string; readonly name: string }

/** A query whose root fields are all reads, so that PostgreSQL's JSON is its answer. */
export interface ReadOperation {
  readonly name: string | undefined
  /** Else the plan is the same for all variables. */
  readonly usesVariables: boolean
  /** The names of all object types that something is selected of. */
  readonly types: ReadonlySet<string>
  /** The root fields in the order of the response. Throws what graphql-js or the planner have to say against the variables. */
  readonly plan: (variables: Variables) => readonly RootEntry[]
}

/**
 * Makes an operation of a valid document ready to be planned for each request anew; undefined where a root field is
 * more than a read.
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
  const selections = [...rootSelections(request, operation.selectionSet)]
  if (!selections.every((selection) => isRead(selection, type))) return undefined
  const definitions = operation.variableDefinitions ?? []
  const isFixed = selections.every(({ directives }) => !directives?.length)
  const fixed = isFixed ? collectRoots(request, {}) : undefined
  return {
    name: operation.name?.value,
    usesVariables: definitions.length > 0,
    types: typesOf(schema, document),
    plan(given) {
      const { coerced, errors } = getVariableValues(schema, definitions, given)
      if (!coerced) throw errors[0]
      return planRoots(request, fixed ?? collectRoots(request, coerced), coerced)
    },
  }
}

/** Of the whole document, which may hold other operations too. */
function typesOf(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const types = new Set<string>()
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      Field() {
        const parent = info.getParentType()
        if (parent) types.add(parent.name)
      },
    }),
  )
  return types
}

interface Request {
  readonly schema: GraphQLSchema
  readonly type: GraphQLObjectType
  readonly operation: OperationDefinitionNode
  readonly fragments: Record<string, FragmentDefinitionNode>
}

type RootFields = readonly (readonly [key: string, nodes: readonly FieldNode[]])[]

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  return fragments
}

/** All that stands at the root, in fragments too. */
function* rootSelections(request: Request, { selections }: SelectionSetNode): Iterable<SelectionNode> {
  for (const selection of selections) {
    yield selection
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? request.fragments[selection.name.value] : selection
    if (fragment && fragment.kind !== Kind.FIELD) yield* rootSelections(request, fragment.selectionSet)
  }
}

function isRead(selection: SelectionNode, type: GraphQLObjectType): boolean {
  if (selection.kind !== Kind.FIELD) return true
  const field = type.getFields()[selection.name.value]
  return field ? planReadOf(field) !== undefined : selection.name.value === '__typename'
}

function collectRoots({ schema, type, operation, fragments }: Request, variables: Variables): RootFields {
  return [...collectFields(schema, fragments, variables, type, operation.selectionSet).fields]
}

/** As graphql-js executes the root fields of a query (section 6.3 of the specification), up to the statements. */
function planRoots({ schema, type, fragments }: Request, fields: RootFields, variables: Variables): RootEntry[] {
  const reach = { total: 0 }
  return fields.map(([key, fieldNodes]): RootEntry => {
    const [node] = fieldNodes
    const fieldName = node?.name.value ?? ''
    if (fieldName === '__typename') return { kind: 'typename', key, name: type.name }
    const field = type.getFields()[fieldName]
    const planRead = field && planReadOf(field)
    if (!node || !planRead) throw new Error(`"${fieldName}" is not a read`)
    const plan = planRead(getArgumentValues(field, node, variables), {
      schema,
      fragments,
      variableValues: variables,
      reach,
      fieldName,
      fieldNodes,
      returnType: field.type,
      path: { prev: undefined, key, typename: type.name },
    })
    return { kind: 'read', key, statement: compileRead(plan), isNullable: isNullableType(field.type) }
  })
}
