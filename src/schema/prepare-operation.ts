import {
  type DocumentNode,
  execute,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  separateOperations,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { hasCode } from '../errors.ts'
import { unknownPosition } from '../store/replicas/position.ts'
import { createCoerceVariables } from './coerce-variables.ts'
import type { CompiledField, RootOperation } from './compile-operation.ts'
import type { CompiledOperations } from './compiled-operations.ts'
import { nameArgumentErrors } from './document-error.ts'
import { createIntrospectionError } from './introspection-error.ts'
import { LazySchema } from './lazy/lazy-schema.ts'
import type { Variables, VariableTypes } from './open-variables.ts'
import type { RequestContext } from './request-context.ts'
import { rootTypesAttribute } from './resolve-object-type.ts'
import { type FieldResult, runOperation } from './run-operation.ts'
import { hasUnfit, parseWithUnfit } from './unfit-values.ts'

/** The answer to an operation: its `data` as JSON text, or undefined if nothing was run. */
export interface OperationResult {
  readonly data: string | undefined
  readonly errors: readonly GraphQLError[]
  /** Of a mutation, where there are replicas: a read that brings it sees all that was written. */
  readonly position?: string | undefined
}

export interface PreparedOperation {
  readonly name: string | undefined
  /** `given` are the variables of the request, not yet coerced. */
  readonly run: (given: Variables, context: RequestContext) => Promise<OperationResult>
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
  const compile = compiled(operation, typesOfVariables(operation))
  return {
    name: definition.name?.value,
    async run(given, context) {
      const { coerced, errors } = await coerce(given, context.request)
      if (errors) return { data: undefined, errors }
      const { tracer } = context
      const fields = tracer ? tracer.traceSync('plan', {}, () => compile(coerced, context)) : compile(coerced, context)
      // Here, because a document that was valid for another caller is not validated again.
      if (!context.request.introspects && fields.some(({ kind }) => kind === 'introspection'))
        return { data: undefined, errors: [createIntrospectionError(context.request.rights)] }
      if (schema instanceof LazySchema && fields.some(listsTypes)) await schema.makeAll()
      const results = await runOperation(fields, {
        operation,
        binding: { variables: coerced, now: context.request.now, caller: context.request.rights.values },
        context,
      })
      const isMutation = definition.operation === OperationTypeNode.MUTATION
      if (isMutation) context.feed.noteWrite()
      const position = isMutation ? await findPosition(results, context) : undefined
      if (!results.some(needsCompletion)) return joinResults(results, document, position)
      const completed = await execute({
        schema,
        document,
        operationName,
        rootValue: toRootValue(results),
        contextValue: context,
        variableValues: given,
      })
      if (completed.errors?.some((error) => takesMore(error, completed.data))) context.administration.noteUnfit()
      return {
        data: completed.data === undefined ? undefined : JSON.stringify(completed.data),
        errors: nameArgumentErrors(completed.errors ?? [], document),
        position,
      }
    },
  }
}

/** Whether it may show all types, the making of which must not keep others waiting. */
function listsTypes(field: CompiledField): boolean {
  return field.kind === 'introspection' && field.name === '__schema'
}

/** Whether a value that does not fit its template was promised, so that what it is a part of is null as well. */
function takesMore(error: GraphQLError, data: unknown): boolean {
  if (!hasCode(error, 'UNFIT_OBJECT')) return false
  let part = data
  for (const step of error.path?.slice(0, -1) ?? []) part = (part as Readonly<Record<string, unknown>> | null)?.[step]
  return part === null || part === undefined
}

/** Of all that was written, in whichever way: a field that fails may follow one that does not. Undefined without replicas. */
async function findPosition(
  results: readonly FieldResult[],
  { database }: RequestContext,
): Promise<string | undefined> {
  if (!database.position) return undefined
  // Whoever has waited for the database in vain need not wait again.
  return results.some(isUnavailable) ? unknownPosition : database.position()
}

function isUnavailable(result: FieldResult): boolean {
  return result.kind === 'error' && hasCode(result.error, 'SERVICE_UNAVAILABLE')
}

/** Whether graphql-js must complete the value: it has resolvers, or parts that do not fit their templates. */
function needsCompletion(result: FieldResult): boolean {
  return result.kind === 'value' || (result.kind === 'text' && hasUnfit(result.text))
}

function toRootValue(results: readonly FieldResult[]): Readonly<Record<string, unknown>> {
  const types = results.map((result) => [result.key, result.kind === 'text' ? result.abstractType : undefined])
  return Object.fromEntries([
    ...results.map((result) => [result.key, toValue(result)] as const),
    [rootTypesAttribute, Object.fromEntries(types)],
  ])
}

/** Like graphql-js: a field that failed becomes null; if it must not be null, all of `data` becomes null. */
function joinResults(
  results: readonly FieldResult[],
  document: DocumentNode,
  position: string | undefined,
): OperationResult {
  const failed = results.filter((result) => result.kind === 'error')
  const errors = nameArgumentErrors(
    failed.map(({ error }) => error),
    document,
  )
  if (failed.some(({ isNull }) => !isNull)) return { data: 'null', errors, position }
  const members = results.map(
    (result) => `${JSON.stringify(result.key)}:${result.kind === 'text' ? result.text : 'null'}`,
  )
  return { data: `{${members.join(',')}}`, errors, position }
}

function toValue(result: FieldResult): unknown {
  if (result.kind === 'text') return parseWithUnfit(result.text)
  return result.kind === 'value' ? result.value : result.error
}

/**
 * The variables that a compiled operation depends on. In a mutation, these are only the variables in selections and those that
 * decide whether a field is included: the data to write are not compiled.
 */
function typesOfVariables({ schema, definition, fragments }: RootOperation): VariableTypes {
  const info = new TypeInfo(schema)
  const used = new Set<string>()
  const visitor = visitWithTypeInfo(info, {
    VariableDefinition: () => false,
    Argument() {
      const isOfWrite = info.getParentType() === schema.getMutationType() && !info.getDirective()
      return isOfWrite ? false : undefined
    },
    Variable({ name }) {
      used.add(name.value)
    },
  })
  for (const node of [definition, ...Object.values(fragments)]) visit(node, visitor)
  return (definition.variableDefinitions ?? [])
    .filter(({ variable }) => used.has(variable.name.value))
    .map(({ variable, type }) => [variable.name.value, typeFromAST(schema, type) as GraphQLInputType] as const)
}

/** The fragments that an operation spreads, directly or not. */
export function fragmentsOf(document: DocumentNode, { name }: OperationDefinitionNode): RootOperation['fragments'] {
  const definitions = separateOperations(document)[name?.value ?? '']?.definitions ?? []
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]))
}
