import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type GraphQLSchema, printSchema } from 'graphql'
import { respond, respondUnlessKnown } from './respond.ts'

/** Answers with the schema as text, printed at the first request. */
export function createSdlListener(schema: GraphQLSchema): (request: IncomingMessage, response: ServerResponse) => void {
  let printed: { readonly sdl: string; readonly etag: string } | undefined
  return (request, response) => {
    if (!printed) {
      const sdl = `${printSchema(schema)}\n`
      printed = { sdl, etag: `"${createHash('sha256').update(sdl).digest('base64url')}"` }
    }
    const { sdl, etag } = printed
    respondUnlessKnown(request, response, etag, {}, (headers) => respond(request, response, 200, sdl, headers))
  }
}
