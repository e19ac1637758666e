import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
} from 'graphql'
import { typeNamesOf } from '../template/graphql-names.ts'
import { coerceVariables } from './coerce-variables.ts'
import { nameArgumentErrors } from './document-error.ts'
import {
  type CompiledOperations,
  type OperationResult,
  type PreparedOperation,
  prepareOperation,
} from './prepare-operation.ts'
import { createRecentlyUsed } from './recently-used.ts'
import type { RequestContext } from './request-context.ts'

/** Runs operations: queries that are all reads by their statements alone, everything else by graphql-js. */
export interface Executor {
  /** Like `execute` of graphql-js, for a valid document and a context of `RequestContext`. */
  readonly execute: (args: ExecutionArgs) => Promise<ExecutionResult>
  /** An operation that has been executed before and needs no graphql-js; undefined for any other. */
  readonly find: (document: DocumentNode, operationName: string | undefined) => PreparedOperation | undefined
}

/** Of all compiled operations together. In bytes. */
const compiledSize = 16_000_000
/** A caller may make up names; those of a document are few. */
const mostOperations = 100

export function createExecutor(schema: GraphQLSchema): Executor {
  const prepared = new WeakMap<DocumentNode, Map<string | undefined, PreparedOperation | undefined>>()
  const compiled: CompiledOperations = createRecentlyUsed(compiledSize)
  const prepare = (document: DocumentNode, name: string | undefined): PreparedOperation | undefined => {
    const ofDocument = prepared.get(document) ?? new Map<string | undefined, PreparedOperation | undefined>()
    prepared.set(document, ofDocument)
    if (ofDocument.has(name)) return ofDocument.get(name)
    const operation = prepareOperation(schema, document, name, compiled)
    if (ofDocument.size < mostOperations) ofDocument.set(name, operation)
    return operation
  }
  return {
    find: (document, operationName) => prepared.get(document)?.get(operationName),
    async execute(args) {
      const operation = prepare(args.document, args.operationName ?? undefined)
      const context = args.contextValue as RequestContext
      if (!operation || mayBeMistyped(operation, context)) return executeFields(args)
      return toExecutionResult(await operation.run(args.variableValues ?? {}, context))
    },
  }
}

/** By graphql-js, with errors that have their codes and issues. */
async function executeFields(args: ExecutionArgs): Promise<ExecutionResult> {
  const { schema, document, operationName, variableValues } = args
  const operation = getOperationAST(document, operationName)
  // Without one, graphql-js reports the error.
  const { errors } = operation ? coerceVariables(schema, document, operation, variableValues ?? {}) : {}
  if (errors) return { errors }
  const result = await execute(args)
  return result.errors ? { ...result, errors: nameArgumentErrors(result.errors, document) } : result
}

/** What PostgreSQL says of these may be of another type than the schema promises: graphql-js looks at each value. */
export function mayBeMistyped({ types }: PreparedOperation, { changed }: RequestContext): boolean {
  for (const template of changed) if (Object.values(typeNamesOf(template)).some((name) => types.has(name))) return true
  return false
}

/** As Yoga takes it: with what prints it, so that its data are never parsed. */
export function toExecutionResult({ data, errors }: OperationResult): ExecutionResult {
  const result = {
    ...(errors.length > 0 && { errors }),
    ...(data !== undefined && { data: new JsonText(data) }),
    stringify: printResult,
  }
  return result as unknown as ExecutionResult
}

/** JSON that is not parsed unless somebody asks. */
class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toJSON(): unknown {
    return JSON.parse(this.text)
  }
}

function printResult({
  data,
  stringify: _,
  ...others
}: {
  readonly data?: unknown
  readonly stringify?: unknown
}): string {
  if (!(data instanceof JsonText)) return JSON.stringify({ ...others, ...(data !== undefined && { data }) })
  const begin = JSON.stringify(others).slice(0, -1)
  return `${begin}${begin.length > 1 ? ',' : ''}"data":${data.text}}`
}
