import type { DocumentNode } from 'graphql'
import type { GraphQLParams, Plugin } from 'graphql-yoga'
import type { Limits } from '../limits.ts'
import { createPlanCache } from '../schema/plan-cache.ts'
import { planOperation, type ReadOperation, type RootEntry } from '../schema/plan-operation.ts'
import type { RequestContext } from '../schema/request-context.ts'
import { runOperation } from '../schema/run-operation.ts'
import { typeNamesOf } from '../template/graphql-names.ts'
import { parseCaller } from './caller.ts'
import type { RegistryServerOptions } from './create-server.ts'
import type { DocumentCache } from './document-cache.ts'
import { parseRequest } from './parse-request.ts'
import { sendBody } from './send/send-body.ts'
import type { ServerContext } from './server-context.ts'

export interface ReadLane {
  /** Answers a request and returns true, or leaves it as it is. */
  readonly answer: (context: ServerContext) => Promise<boolean>
  /** For Yoga: what has passed all of its gates once may take the lane from then on. */
  readonly plugin: Plugin<object, ServerContext>
}

/**
 * The short way of a POST whose document Yoga has validated and run before, and which asks for nothing but reads:
 * its statements are sent, and PostgreSQL's JSON is passed on without being parsed, completed and printed again. All
 * else, every error included, goes through Yoga: the lane gives up without a trace, or with what has failed.
 */
export function createReadLane(
  { schema, createContext }: Pick<RegistryServerOptions, 'schema' | 'createContext'>,
  documents: DocumentCache,
  limits: Limits,
): ReadLane {
  const known = new WeakMap<DocumentNode, Map<string | undefined, ReadOperation | undefined>>()
  const plans = createPlanCache()
  const operationOf = ({ query, operationName }: GraphQLParams): ReadOperation | undefined => {
    const document = documents.get(query ?? '')
    return document && known.get(document)?.get(operationName ?? undefined)
  }
  return {
    async answer(context) {
      const { req } = context
      const mediaType = req.method === 'POST' ? mediaTypeFor(req.headers.accept) : undefined
      if (mediaType === undefined) return false
      context.params = parseRequest(context, limits)
      const ready = await prepare(context, context.params)
      if (!ready) return false
      const result = await runOperation(ready.roots, ready.requestContext)
      if (result.kind === 'failed') {
        context.failures = result.failures
        return false
      }
      if (ready.operation.name !== undefined) context.operation = ready.operation.name
      const body = `{"data":${result.json}}`
      await sendBody(context, 200, body, { 'Content-Type': `${mediaType}; charset=utf-8`, 'Cache-Control': 'no-store' })
      return true
    },
    plugin: {
      onExecute({ args: { document, operationName } }) {
        const operations = known.get(document) ?? new Map()
        known.set(document, operations)
        // A caller may make up names; those of a document are few.
        if (operations.size < mostOperations && !operations.has(operationName ?? undefined))
          operations.set(operationName ?? undefined, planOperation(schema, document, operationName ?? undefined))
      },
    },
  }

  /** Undefined wherever Yoga has something to say. */
  async function prepare(context: ServerContext, params: Promise<GraphQLParams>): Promise<Ready | undefined> {
    try {
      const given = await params
      const operation = operationOf(given)
      if (!operation) return undefined
      context.caller = parseCaller(context.req)
      const requestContext = await createContext(context.caller)
      // What PostgreSQL says of these may be of another type than the schema promises; graphql-js looks.
      for (const template of requestContext.changed)
        if (Object.values(typeNamesOf(template)).some((name) => operation.types.has(name))) return undefined
      return { operation, roots: plans.plan(operation, given.variables ?? {}), requestContext }
    } catch {
      return undefined
    }
  }
}

interface Ready {
  readonly operation: ReadOperation
  readonly roots: readonly RootEntry[]
  readonly requestContext: RequestContext
}

const mostOperations = 100

/** The media type of the answer to the plain forms of `Accept` (GraphQL over HTTP, section 5.2); undefined for others. */
function mediaTypeFor(accept: string | undefined): string | undefined {
  if (accept === undefined) return json
  if (accept.includes('q=')) return undefined
  const first = accept.split(/[,;]/, 1)[0]?.trim()
  if (first === '*/*' || first === json) return json
  return first === graphqlJson ? graphqlJson : undefined
}

const json = 'application/json'
const graphqlJson = 'application/graphql-response+json'
