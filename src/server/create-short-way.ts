import { type ExecutionResult, GraphQLError } from 'graphql'
import { type FetchAPI, type GraphQLParams, processRegularResult } from 'graphql-yoga'
import type { Limits } from '../limits.ts'
import type { Logger } from '../logger.ts'
import { type Executor, toExecutionResult } from '../schema/create-executor.ts'
import type { OperationResult } from '../schema/prepare-operation.ts'
import { findCaller, positionHeader } from './caller.ts'
import type { AnswerType } from './choose-media-type.ts'
import { codeErrors } from './code-errors.ts'
import type { Served } from './create-server.ts'
import type { Validate } from './create-validation.ts'
import type { DocumentCache } from './document-cache.ts'
import { parseRequest } from './parse-request.ts'
import { sendBody } from './send/send-body.ts'
import { sendFetchResponse } from './send/send-fetch-response.ts'
import type { ServerContext } from './server-context.ts'

/**
 * The short way of a POST whose document Yoga has parsed before: from the request straight to the executor, or to the errors of a caller
 * or a document that is refused, since a flood of these costs others the least then. If anything else is wrong with the request, the
 * short way declines it and Yoga reports the error. Once a statement has been sent, the short way answers in any case, so that nothing
 * runs twice.
 *
 * @returns a function that answers a request and returns true, or returns false if the request must go through Yoga
 */
export function createShortWay({
  executor,
  documents,
  validate,
  limits,
  fetchAPI,
  createContext,
  identify,
  introspects,
  logger,
}: Pick<Served, 'createContext' | 'identify' | 'introspects'> & {
  readonly logger: Logger
  readonly executor: Executor
  readonly documents: DocumentCache
  readonly validate: Validate
  readonly limits: Limits
  readonly fetchAPI: FetchAPI
}): (context: ServerContext, mediaType: AnswerType) => Promise<boolean> {
  return async (context, mediaType) => {
    if (context.req.method !== 'POST') return false
    context.params = parseRequest(context, limits, documents)
    const ready = await prepare(context, context.params).catch(() => undefined)
    if (!ready) return false
    if ('errors' in ready) {
      await sendErrors(ready, context, mediaType)
      return true
    }
    const { operation, requestContext, variables } = ready
    const result = await operation.run(variables, requestContext).catch(toFailure)
    // Nothing has run.
    if (result.data === undefined) return false
    if (operation.name !== undefined) context.operation = operation.name
    const { position } = result
    if (position !== undefined) context.res.setHeader(positionHeader, position)
    if (result.errors.length > 0) await sendErrors(toExecutionResult(result), context, mediaType)
    else {
      const extensions = position === undefined ? '' : `"extensions":${JSON.stringify({ position })},`
      await sendBody(context, 200, `{${extensions}"data":${result.data}}`, {
        'Content-Type': `${mediaType}; charset=utf-8`,
        'Cache-Control': 'no-store',
      })
    }
    return true
  }

  /** Undefined if the request must go through Yoga; errors if it is refused. */
  async function prepare(context: ServerContext, params: Promise<GraphQLParams>) {
    const { query, operationName, variables } = await params
    const caller = await findCaller(context, identify).catch(toRefusal)
    if ('errors' in caller) return caller
    const document = documents.get(query ?? '')
    if (!document) return undefined
    const errors = validate(document, introspects(caller))
    if (errors.length > 0) return { errors }
    const operation = executor.find(document, operationName ?? undefined)
    return operation && { operation, requestContext: createContext(caller), variables: variables ?? {} }
  }

  /** Yoga chooses the status and the headers. */
  async function sendErrors(result: ExecutionResult, context: ServerContext, mediaType: AnswerType): Promise<void> {
    const coded = codeErrors(result, logger, context)
    await sendFetchResponse(processRegularResult(coded as never, fetchAPI, mediaType as never), context)
  }
}

/** Rethrows what is not the caller's fault. */
function toRefusal(error: unknown): { readonly errors: readonly GraphQLError[] } {
  if (error instanceof GraphQLError) return { errors: [error] }
  throw error
}

/** A fault of ours, perhaps after something was written: it is masked and logged, and the request does not run again. */
function toFailure(error: unknown): OperationResult {
  const cause = error instanceof Error ? error : new Error(String(error))
  return { data: 'null', errors: [new GraphQLError(cause.message, { originalError: cause })] }
}
