import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  typeFromAST,
  type VariableNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { createCoerceVariables } from './coerce-variables.ts'
import type { RootOperation } from './compile-operation.ts'
import type { CompiledOperations } from './compiled-operations.ts'
import { nameArgumentErrors } from './document-error.ts'
import type { VariableTypes } from './open-variables.ts'
import type { RequestContext } from './request-context.ts'
import { actionOf } from './root-action.ts'
import { type FieldResult, runOperation } from './run-operation.ts'

/** The answer to an operation: its `data` as JSON text, or undefined if nothing was run. */
export interface OperationResult {
  readonly data: string | undefined
  readonly errors: readonly GraphQLError[]
}

export interface PreparedOperation {
  readonly name: string | undefined
  /** Whether all root fields are JSON text, so that graphql-js need not complete them. */
  readonly isText: boolean
  /** The names of all object types with selected fields. */
  readonly types: ReadonlySet<string>
  /** Runs an operation whose fields are all text. `given` are the variables of the request, not yet coerced. */
  readonly run: (given: Variables, context: RequestContext) => Promise<OperationResult>
  /** Runs any operation; graphql-js completes the values of its root fields. */
  readonly complete: (given: Variables, context: RequestContext) => Promise<ExecutionResult>
}

type Variables = Readonly<Record<string, unknown>>

/**
 * Prepares an operation of a valid document; undefined if the document has no operation with that name. The operation is
 * compiled once for each form of its variables, independent of their values.
 */
export function prepareOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  compiled: CompiledOperations,
): PreparedOperation | undefined {
  const definition = getOperationAST(document, operationName)
  const type = definition && schema.getRootType(definition.operation)
  if (!type) return undefined
  const operation: RootOperation = { schema, type, definition, fragments: fragmentsOf(document) }
  const coerce = createCoerceVariables(schema, document, definition)
  const compile = compiled(operation, typesOfVariables(operation))
  const runFields = async (given: Variables, context: RequestContext, isCompleted: boolean) => {
    const { coerced, errors } = await coerce(given, context.request.limits)
    if (errors) return { errors }
    const fields = compile(coerced, context, isCompleted)
    return { results: await runOperation(fields, operation, { variables: coerced }, context) }
  }
  return {
    name: definition.name?.value,
    isText: [...rootSelections(operation, definition.selectionSet)].every((selection) => isText(selection, type)),
    types: typesOf(schema, document),
    async run(given, context) {
      const { results, errors } = await runFields(given, context, false)
      return results ? joinResults(results, document) : { data: undefined, errors }
    },
    async complete(given, context) {
      const { results, errors } = await runFields(given, context, true)
      if (!results) return { errors }
      const completed = await execute({
        schema,
        document,
        operationName,
        rootValue: Object.fromEntries(results.map((result) => [result.key, toValue(result)])),
        contextValue: context,
        variableValues: given,
      })
      return completed.errors ? { ...completed, errors: nameArgumentErrors(completed.errors, document) } : completed
    },
  }
}

/** Like graphql-js: a field that failed becomes null; if it must not be null, all of `data` becomes null. */
function joinResults(results: readonly FieldResult[], document: DocumentNode): OperationResult {
  const failed = results.filter((result) => result.kind === 'error')
  const errors = nameArgumentErrors(
    failed.map(({ error }) => error),
    document,
  )
  if (failed.some(({ isNull }) => !isNull)) return { data: 'null', errors }
  const members = results.map(
    (result) => `${JSON.stringify(result.key)}:${result.kind === 'text' ? result.text : 'null'}`,
  )
  return { data: `{${members.join(',')}}`, errors }
}

function toValue(result: FieldResult): unknown {
  if (result.kind === 'text') return JSON.parse(result.text)
  return result.kind === 'value' ? result.value : result.error
}

/**
 * The variables that a compiled operation depends on. In a mutation, these are only the variables in selections and those that
 * decide whether a field is included: the data to write are not compiled.
 */
function typesOfVariables(operation: RootOperation): VariableTypes {
  const { schema, type: root, definition, fragments } = operation
  const used = new Set<string>()
  const note = { Variable: ({ name }: VariableNode) => void used.add(name.value) }
  if (definition.operation === OperationTypeNode.MUTATION) {
    for (const selection of rootSelections(operation, definition.selectionSet))
      if (selection.kind === Kind.FIELD) visit({ ...selection, arguments: [] }, note)
      else for (const directive of selection.directives ?? []) visit(directive, note)
  } else visit(definition.selectionSet, note)
  // The fields of the root have been visited.
  for (const fragment of Object.values(fragments))
    if (fragment.typeCondition.name.value !== root.name || definition.operation !== OperationTypeNode.MUTATION)
      visit(fragment, note)
  return (definition.variableDefinitions ?? []).flatMap(({ variable, type }) =>
    used.has(variable.name.value) ? [[variable.name.value, typeFromAST(schema, type) as GraphQLInputType]] : [],
  )
}

/** The object types of the whole document, which may contain other operations too. */
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

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  return fragments
}

/** All selections at the root, including those in fragments. */
function* rootSelections(operation: RootOperation, { selections }: SelectionSetNode): Iterable<SelectionNode> {
  for (const selection of selections) {
    yield selection
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? operation.fragments[selection.name.value] : selection
    if (fragment && fragment.kind !== Kind.FIELD) yield* rootSelections(operation, fragment.selectionSet)
  }
}

function isText(selection: SelectionNode, type: GraphQLObjectType): boolean {
  if (selection.kind !== Kind.FIELD) return true
  const field = type.getFields()[selection.name.value]
  if (!field) return selection.name.value === '__typename'
  const action = actionOf(field)
  return action?.kind === 'read' || action?.kind === 'write'
}
