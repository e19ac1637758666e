import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  separateOperations,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { createCoerceVariables } from './coerce-variables.ts'
import type { RootOperation } from './compile-operation.ts'
import type { CompiledOperations } from './compiled-operations.ts'
import { nameArgumentErrors } from './document-error.ts'
import type { Variables, VariableTypes } from './open-variables.ts'
import type { RequestContext } from './request-context.ts'
import { actionOf } from './root-action.ts'
import { type FieldResult, runOperation } from './run-operation.ts'

/** The answer to an operation: its `data` as JSON text, or undefined if nothing was run. */
export interface OperationResult {
  readonly data: string | undefined
  readonly errors: readonly GraphQLError[]
}

export interface PreparedOperation extends Pick<Inspection, 'types' | 'isText'> {
  readonly name: string | undefined
  /** Runs an operation whose fields are all text. `given` are the variables of the request, not yet coerced. */
  readonly run: (given: Variables, context: RequestContext) => Promise<OperationResult>
  /** Runs any operation; graphql-js completes the values of its root fields. */
  readonly complete: (given: Variables, context: RequestContext) => Promise<ExecutionResult>
}

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
  const operation: RootOperation = { schema, type, definition, fragments: fragmentsOf(document, definition) }
  const coerce = createCoerceVariables(schema, document, definition)
  const { types, isText, variables } = inspectOperation(operation)
  const compile = compiled(operation, variables)
  const runFields = async (given: Variables, context: RequestContext, isCompleted: boolean) => {
    const { coerced, errors } = await coerce(given, context.request.limits)
    if (errors) return { errors }
    const fields = compile(coerced, context, isCompleted)
    return { results: await runOperation(fields, { operation, binding: { variables: coerced }, context }) }
  }
  return {
    name: definition.name?.value,
    isText,
    types,
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

/** What one walk over an operation and its fragments finds. */
interface Inspection {
  /** The names of all object types with selected fields. */
  readonly types: ReadonlySet<string>
  /** Whether all root fields are JSON text, so that graphql-js need not complete them. */
  readonly isText: boolean
  /**
   * The variables that a compiled operation depends on. In a mutation, these are only the variables in selections and those
   * that decide whether a field is included: the data to write are not compiled.
   */
  readonly variables: VariableTypes
}

function inspectOperation({ schema, type: root, definition, fragments }: RootOperation): Inspection {
  const info = new TypeInfo(schema)
  const types = new Set<string>()
  const used = new Set<string>()
  let isText = true
  const visitor = visitWithTypeInfo(info, {
    VariableDefinition: () => false,
    Field({ name }) {
      const parent = info.getParentType()
      const field = info.getFieldDef()
      if (parent) types.add(parent.name)
      if (parent !== root || !field || name.value === '__typename') return
      const kind = actionOf(field)?.kind
      if (kind !== 'read' && kind !== 'write') isText = false
    },
    Argument() {
      const isOfWrite = info.getParentType() === schema.getMutationType() && !info.getDirective()
      return isOfWrite ? false : undefined
    },
    Variable({ name }) {
      used.add(name.value)
    },
  })
  for (const node of [definition, ...Object.values(fragments)]) visit(node, visitor)
  const variables = (definition.variableDefinitions ?? [])
    .filter(({ variable }) => used.has(variable.name.value))
    .map(({ variable, type }) => [variable.name.value, typeFromAST(schema, type) as GraphQLInputType] as const)
  return { types, isText, variables }
}

/** The fragments that an operation spreads, directly or not. */
function fragmentsOf(document: DocumentNode, { name }: OperationDefinitionNode): RootOperation['fragments'] {
  const definitions = separateOperations(document)[name?.value ?? '']?.definitions ?? []
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]))
}
