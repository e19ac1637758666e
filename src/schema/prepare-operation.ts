import {
  type DocumentNode,
  execute,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
  type VariableNode,
  visit,
} from 'graphql'
import { createCoerceVariables } from './coerce-variables.ts'
import type { CompiledField, RootOperation } from './compile-operation.ts'
import type { CompiledOperations } from './compiled-operations.ts'
import { nameArgumentErrors } from './document-error.ts'
import type { VariableTypes } from './open-variables.ts'
import type { RequestContext } from './request-context.ts'
import { rootTypesAttribute } from './resolve-object-type.ts'
import { type FieldResult, runOperation } from './run-operation.ts'
import { hasUnfit, parseWithUnfit } from './unfit-values.ts'

/** The answer to an operation: its `data` as JSON text, or undefined if nothing was run. */
export interface OperationResult {
  readonly data: string | undefined
  readonly errors: readonly GraphQLError[]
}

export interface PreparedOperation {
  readonly name: string | undefined
  /** `given` are the variables of the request, not yet coerced. */
  readonly run: (given: Variables, context: RequestContext) => Promise<OperationResult>
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
  const compile = compiled.open(operation, typesOfVariables(operation))
  const nameErrors = (errors: readonly GraphQLError[]) => nameArgumentErrors(errors, document)
  return {
    name: definition.name?.value,
    async run(given, context) {
      const { coerced, errors } = await coerce(given, context.request.limits)
      if (errors) return { data: undefined, errors }
      const fields = compile(coerced, context)
      const results = await runOperation(fields, operation, { variables: coerced }, context)
      if (!results.some(needsCompletion)) return joinResults(fields, results, nameErrors)
      const completed = await execute({
        schema,
        document,
        operationName,
        rootValue: toRootValue(fields, results),
        contextValue: context,
        variableValues: given,
      })
      return {
        data: completed.data === undefined ? undefined : JSON.stringify(completed.data),
        errors: nameErrors(completed.errors ?? []),
      }
    },
  }
}

/** Whether graphql-js must complete the value: it has resolvers, or parts that do not fit their templates. */
function needsCompletion(result: FieldResult): boolean {
  return result.kind === 'value' || (result.kind === 'text' && hasUnfit(result.text))
}

function toRootValue(
  fields: readonly CompiledField[],
  results: readonly FieldResult[],
): Readonly<Record<string, unknown>> {
  const values = results.map((result, i) => [fields[i]?.key, toValue(result)] as const)
  const types = results.map((result, i) => [fields[i]?.key, result.kind === 'text' ? result.abstractType : undefined])
  return Object.fromEntries([...values, [rootTypesAttribute, Object.fromEntries(types)]])
}

/** Like graphql-js: a field that failed becomes null; if it must not be null, all of `data` becomes null. */
function joinResults(
  fields: readonly CompiledField[],
  results: readonly FieldResult[],
  nameErrors: (errors: readonly GraphQLError[]) => readonly GraphQLError[],
): OperationResult {
  const errors = results.flatMap((result) => (result.kind === 'error' ? [result.error] : []))
  if (results.some((result) => result.kind === 'error' && !result.isNull))
    return { data: 'null', errors: nameErrors(errors) }
  const texts = results.map((result, i) => {
    const text = result.kind === 'text' ? result.text : 'null'
    return `${JSON.stringify(fields[i]?.key)}:${text}`
  })
  return { data: `{${texts.join(',')}}`, errors: errors.length > 0 ? nameErrors(errors) : errors }
}

function toValue(result: FieldResult): unknown {
  if (result.kind === 'text') return parseWithUnfit(result.text)
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
