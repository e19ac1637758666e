import { type ExecutionArgs, type ExecutionResult, getOperationAST } from 'graphql'
import { createYoga, isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga'
import Negotiator from 'negotiator'
import { createCallerError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { Logger } from '../logger.ts'
import { createExecutor, type Executor } from '../schema/create-executor.ts'
import type { RequestContext } from '../schema/request-context.ts'
import { findCaller, positionHeader } from './caller.ts'
import { acceptFor, chooseMediaType } from './choose-media-type.ts'
import { codeErrors } from './code-errors.ts'
import type { Served } from './create-server.ts'
import { createShortWay } from './create-short-way.ts'
import { createValidation, type Validate } from './create-validation.ts'
import { createDocumentCache, type DocumentCache, noErrorCache } from './document-cache.ts'
import { parseBounded } from './parse-bounded.ts'
import { parseRequest } from './parse-request.ts'
import { respond } from './send/respond.ts'
import { sendFetchResponse } from './send/send-fetch-response.ts'
import type { ServerContext } from './server-context.ts'

type Options = Pick<Served, 'schema' | 'createContext' | 'identify' | 'introspects'> & { readonly logger: Logger }

/** What both ways of a request use. */
interface Parts extends Options {
  readonly documents: DocumentCache
  readonly executor: Executor
  readonly validate: Validate
  readonly limits: Limits
}

/** Answers GraphQL requests: known operations by the short way, all else through Yoga. */
export function createGraphqlListener(options: Options, limits: Limits): (context: ServerContext) => Promise<void> {
  const { schema, createContext, identify } = options
  const documents = createDocumentCache()
  const executor = createExecutor(schema)
  const validate = createValidation(schema, limits)
  const parts: Parts = { ...options, documents, executor, validate, limits }
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
    parserAndValidationCache: { documentCache: documents, errorCache: noErrorCache, validationCache: false },
    context: async (context): Promise<Merged> => createContext(await findCaller(context, identify)),
    plugins: [useOwnSteps(parts)],
  })
  const { fetchAPI } = yoga
  const answerShortly = createShortWay({ ...parts, fetchAPI })
  return async (context) => {
    const { headers } = context.req
    const mediaType = chooseMediaType(headers.accept)
    if (mediaType === undefined) return respond(context.res, 406, `${notAcceptable}\n`)
    if (mediaType !== 'stream') {
      if (await answerShortly(context, mediaType)) return
      headers.accept &&= acceptFor(mediaType, headers.accept)
    }
    const answer = await yoga.handleNodeRequestAndResponse(context.req, context.res, context)
    await sendFetchResponse(answer, context)
  }
}

/** Yoga merges the context of GraphQL into that of the server, so the two may have no name in common. */
type Merged = keyof RequestContext & keyof ServerContext extends never ? RequestContext : never

const notAcceptable =
  'The header Accept allows no answer: allow application/json or application/graphql-response+json, or leave it out.'

/** Replaces each step of Yoga, from the request to the result, by the registry's own. */
function useOwnSteps(parts: Parts): Plugin<ServerContext, ServerContext> {
  const { logger, identify, introspects, executor, documents, validate, limits } = parts
  return {
    // Yoga's parsers would also run mutations from forms.
    onRequestParse({ serverContext, setRequestParser }) {
      setRequestParser(async () => {
        serverContext.params ??= parseRequest(serverContext, limits, documents)
        const params = await serverContext.params
        await findCaller(serverContext, identify)
        return params
      })
    },
    onParse({ setParseFn }) {
      setParseFn((source, options) => parseBounded(source, options, limits))
    },
    onValidate({ context, setValidationFn }) {
      const { caller } = context as ServerContext
      setValidationFn((_, document) => validate(document, caller !== undefined && introspects(caller)))
    },
    onExecute({ args, context, setExecuteFn }) {
      noteOperation(args, context as ServerContext)
      setExecuteFn(executor.execute)
    },
    onSubscribe({ args, context, setSubscribeFn }) {
      noteOperation(args, context as ServerContext)
      const { accept } = (context as ServerContext).req.headers
      setSubscribeFn(acceptsEvents(accept) ? executor.subscribe : refuseToSubscribe)
    },
    // Yoga's own masking is off: it has no codes, does not mask the errors of scalars, and shows causes if NODE_ENV is
    // "development".
    onResultProcess({ result, setResult, serverContext }) {
      const code = (one: object) => codeErrors(one, logger, serverContext)
      const position = 'extensions' in result ? result.extensions?.['position'] : undefined
      if (typeof position === 'string') serverContext.res.setHeader(positionHeader, position)
      if (isAsyncIterable(result)) setResult(mapAsyncIterator(result as AsyncIterable<never>, code as never) as never)
      else setResult(code(result) as never)
    },
  }
}

/** For the log: the operation's name in the valid document, not the name in the request. */
function noteOperation({ document, operationName }: ExecutionArgs, context: ServerContext): void {
  const name = getOperationAST(document, operationName)?.name?.value
  if (name !== undefined) context.operation = name
}

function acceptsEvents(accept: string | undefined): boolean {
  return accept === undefined || new Negotiator({ headers: { accept } }).mediaTypes(['text/event-stream']).length > 0
}

function refuseToSubscribe(): ExecutionResult {
  const message =
    'A subscription is answered by server-sent events, which the header Accept does not allow: send Accept: text/event-stream.'
  return { errors: [createCallerError('BAD_USER_INPUT', message)] }
}
