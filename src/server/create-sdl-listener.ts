import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type GraphQLSchema, printSchema } from 'graphql'
import { type Coding, chooseCoding } from './send/choose-coding.ts'
import { compressBody, smallestCompressed } from './send/compress-body.ts'
import { respond, respondUnlessKnown } from './send/respond.ts'

/** Answers with the schema as text. It is printed at the first request, compressed at the first request for each coding, and kept. */
export function createSdlListener(
  schema: GraphQLSchema,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let printed: { readonly sdl: Buffer; readonly etag: string } | undefined
  const compressed = new Map<Coding, Promise<Buffer>>()
  const compress = (sdl: Buffer, coding: Coding): Promise<Buffer> => {
    const bytes = compressed.get(coding) ?? compressBody(sdl, coding, 'small')
    compressed.set(coding, bytes)
    bytes.catch(() => compressed.delete(coding))
    return bytes
  }
  return async (request, response) => {
    if (!printed) {
      const sdl = Buffer.from(`${printSchema(schema)}\n`)
      // A weak tag: it names the text, independent of its coding.
      printed = { sdl, etag: `W/"${createHash('sha256').update(sdl).digest('base64url')}"` }
    }
    const { sdl, etag } = printed
    const coding = sdl.length < smallestCompressed ? undefined : chooseCoding(request.headers['accept-encoding'])
    const body = coding === undefined ? sdl : await compress(sdl, coding)
    response.appendHeader('Vary', 'Accept-Encoding')
    respondUnlessKnown(request, response, etag, {}, (headers) =>
      respond(request, response, 200, body, {
        ...headers,
        ...(coding !== undefined && { 'Content-Encoding': coding }),
      }),
    )
  }
}
