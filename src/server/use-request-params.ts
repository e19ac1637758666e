import type { Plugin } from 'graphql-yoga'
import type { Limits } from '../limits.ts'
import { parseCaller } from './caller.ts'
import { parseRequest } from './parse-request.ts'
import type { ServerContext } from './server-context.ts'

/** Replaces Yoga's parsers of requests, which also run mutations from forms. */
export function useRequestParams(limits: Limits): Plugin<object, ServerContext> {
  return {
    onRequestParse({ serverContext, setRequestParser }) {
      setRequestParser(async () => {
        serverContext.params ??= parseRequest(serverContext, limits)
        const params = await serverContext.params
        serverContext.caller ??= parseCaller(serverContext.req)
        return params
      })
    },
  }
}
