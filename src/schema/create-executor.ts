import { type DocumentNode, type ExecutionArgs, type ExecutionResult, execute, type GraphQLSchema } from 'graphql'
import type { EventStream } from '../store/live/create-streams.ts'
import { createCompiledOperations } from './compiled-operations.ts'
import { findSubscription, prepareSubscription } from './live/prepare-subscription.ts'
import { type OperationResult, type PreparedOperation, prepareOperation } from './prepare-operation.ts'
import type { RequestContext } from './request-context.ts'

/** Runs operations: each root field by its action. graphql-js completes values that have resolvers, or errors in them. */
export interface Executor {
  /** Like `execute` of graphql-js, for a valid document and a context of `RequestContext`. */
  readonly execute: (args: ExecutionArgs) => Promise<ExecutionResult>
  /** Like `subscribe` of graphql-js. */
  readonly subscribe: (args: ExecutionArgs) => Promise<EventStream<ExecutionResult> | ExecutionResult>
  /** A query or mutation that has been executed before; undefined for any other. */
  readonly find: (document: DocumentNode, operationName: string | undefined) => PreparedOperation | undefined
}

export function createExecutor(schema: GraphQLSchema): Executor {
  const prepared = new WeakMap<DocumentNode, Map<string | undefined, PreparedOperation>>()
  const compiled = createCompiledOperations()
  const prepare = (document: DocumentNode, name: string | undefined): PreparedOperation | undefined => {
    const ofDocument = prepared.get(document) ?? new Map<string | undefined, PreparedOperation>()
    prepared.set(document, ofDocument)
    const operation = ofDocument.get(name) ?? prepareOperation(schema, document, name, compiled)
    // Only names that the document has: a caller can invent others.
    if (operation) ofDocument.set(name, operation)
    return operation
  }
  return {
    find: (document, operationName) => prepared.get(document)?.get(operationName),
    async subscribe({ document, operationName, variableValues, contextValue }) {
      const definition = findSubscription(document, operationName ?? undefined)
      if (!definition) throw new Error('this is no subscription')
      const { subscribe } = prepareSubscription(schema, document, definition)
      const result = await subscribe(variableValues ?? {}, contextValue as RequestContext)
      return Symbol.asyncIterator in result ? mapEvents(result, toExecutionResult) : toExecutionResult(result)
    },
    async execute(args) {
      const { document, operationName, variableValues } = args
      const operation = prepare(document, operationName ?? undefined)
      // graphql-js reports the missing operation.
      if (!operation) return execute(args)
      return toExecutionResult(await operation.run(variableValues ?? {}, args.contextValue as RequestContext))
    },
  }
}

function mapEvents<From, To>(events: EventStream<From>, map: (event: From) => To): EventStream<To> {
  const done = { done: true, value: undefined } as const
  return {
    async next() {
      const result = await events.next()
      return result.done ? done : { done: false, value: map(result.value) }
    },
    async return() {
      await events.return()
      return done
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** The result in Yoga's form, with a function that prints it, so that its data are never parsed. */
export function toExecutionResult({ data, errors, position }: OperationResult): ExecutionResult {
  const result = {
    ...(errors.length > 0 && { errors }),
    ...(position !== undefined && { extensions: { position } }),
    ...(data !== undefined && { data: new JsonText(data) }),
    stringify: printResult,
  }
  return result as unknown as ExecutionResult
}

/** JSON that is parsed only when its value is read. */
class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toJSON(): unknown {
    return JSON.parse(this.text)
  }
}

interface Printable {
  readonly data?: unknown
  readonly stringify?: unknown
}

function printResult({ data, stringify: _, ...others }: Printable): string {
  if (!(data instanceof JsonText)) return JSON.stringify({ ...others, data })
  const begin = JSON.stringify(others).slice(0, -1)
  return `${begin}${begin.length > 1 ? ',' : ''}"data":${data.text}}`
}
