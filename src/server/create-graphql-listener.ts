import { createYoga } from 'graphql-yoga'
import type { Limits } from '../limits.ts'
import type { Logger } from '../logger.ts'
import { createExecutor } from '../schema/create-executor.ts'
import type { Served } from './create-server.ts'
import { createShortWay } from './create-short-way.ts'
import { createDocumentCache, noErrorCache } from './document-cache.ts'
import { sendFetchResponse } from './send/send-fetch-response.ts'
import type { ServerContext } from './server-context.ts'
import { useCodedErrors } from './use-coded-errors.ts'
import { useDocumentLimits } from './use-document-limits.ts'
import { useExecutor } from './use-executor.ts'
import { useOperationName } from './use-operation-name.ts'
import { useRequestParams } from './use-request-params.ts'
import { useValidation } from './use-validation.ts'

/** Answers GraphQL requests: known operations by the short way, all else through Yoga, one plugin a behaviour. */
export function createGraphqlListener(
  { schema, logger, createContext }: Pick<Served, 'schema' | 'createContext'> & { readonly logger: Logger },
  limits: Limits,
): (context: ServerContext) => Promise<void> {
  const documents = createDocumentCache()
  const executor = createExecutor(schema)
  const yoga = createYoga<ServerContext>({
    schema,
    // Each of these is done elsewhere, or is harmful (Yoga reflects any origin, loads GraphiQL from the Internet, …).
    cors: false,
    graphiql: false,
    landingPage: false,
    batching: false,
    multipart: false,
    maskedErrors: false,
    maxRequestBodySize: false,
    logging: false,
    parserAndValidationCache: { documentCache: documents, errorCache: noErrorCache },
    context: ({ caller }) => createContext(caller ?? { actor: undefined, run: undefined }),
    plugins: [
      useRequestParams(limits),
      useDocumentLimits(limits),
      useOperationName(),
      useValidation(),
      useExecutor(executor),
      useCodedErrors(logger),
    ],
  })
  const { fetchAPI } = yoga
  const answerShortly = createShortWay({ executor, documents, limits, fetchAPI, createContext, logger })
  return async (context) => {
    if (await answerShortly(context)) return
    const answer = await yoga.handleNodeRequestAndResponse(context.req, context.res, context)
    await sendFetchResponse(answer, context)
  }
}
