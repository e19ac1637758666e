import type { ServerResponse } from 'node:http'
import { GraphQLError } from 'graphql'
import { createIntrospectionError } from '../schema/introspection-error.ts'
import { findCaller } from './caller.ts'
import type { Served } from './create-server.ts'
import { type Coding, chooseCoding } from './send/choose-coding.ts'
import { compressBody, smallestCompressed } from './send/compress-body.ts'
import { respond, respondUnlessKnown } from './send/respond.ts'
import type { ServerContext } from './server-context.ts'

interface SchemaListener {
  /** Answers with the schema as text, compressed at the first request for each coding, to those who may see it. */
  readonly sendSdl: (context: ServerContext) => Promise<void>
  /**
   * Adds the schema's digest to the answer, as `X-Registry-Schema`, so that clients know whether their copy of the
   * schema is current. A client may send the same header with an operation that is written for one schema. If the schema
   * is a different one, nothing runs, the answer is 412, and the result is true.
   */
  readonly refuseOther: (response: ServerResponse) => boolean
}

/** Tells of the schema. Its text is printed at the first request for it and kept. */
export function createSchemaListener(
  served: Served,
  /** Whether everyone may see it; otherwise the caller is asked for. */
  isPublic: boolean,
): SchemaListener {
  const { schema } = served
  // Worked out now, so that the first request does not wait for it.
  const { digest } = schema
  let printed: Promise<Buffer> | undefined
  const print = () => {
    if (printed) return printed
    const text = schema.print().then((sdl) => Buffer.from(`${sdl}\n`))
    printed = text
    text.catch(() => {
      printed = undefined
    })
    return text
  }
  const compressed = new Map<Coding, Promise<Buffer>>()
  const compress = (sdl: Buffer, coding: Coding): Promise<Buffer> => {
    const bytes = compressed.get(coding) ?? compressBody(sdl, coding, 'small')
    compressed.set(coding, bytes)
    bytes.catch(() => compressed.delete(coding))
    return bytes
  }
  return {
    async sendSdl(context) {
      const { res: response } = context
      const refusal = isPublic ? undefined : await findRefusal(context, served)
      if (refusal) return refuse(response, refusal)
      const sdl = await print()
      const accepted = response.req.headers['accept-encoding']
      const coding = sdl.length < smallestCompressed ? undefined : chooseCoding(accepted)
      const body = coding === undefined ? sdl : await compress(sdl, coding)
      response.appendHeader('Vary', 'Accept-Encoding')
      // A weak tag: it names the text, independent of its coding.
      respondUnlessKnown(response, `W/"${digest}"`, {}, (headers) =>
        respond(response, 200, body, { ...headers, ...(coding !== undefined && { 'Content-Encoding': coding }) }),
      )
    },
    refuseOther(response) {
      response.setHeader('X-Registry-Schema', digest)
      const expected = response.req.headers['x-registry-schema']
      if (expected === undefined || expected === digest) return false
      const message = 'The schema has changed: read it again, or leave out the header X-Registry-Schema.\n'
      respond(response, 412, message)
      return true
    },
  }
}

/** Why the caller may not see the schema; undefined if it may. */
async function findRefusal(context: ServerContext, served: Served): Promise<GraphQLError | undefined> {
  try {
    const caller = await findCaller(context, served.identify)
    if (served.introspects(caller)) return undefined
    return createIntrospectionError(served.createContext(caller).request.rights)
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}

function refuse(response: ServerResponse, { message, extensions }: GraphQLError): void {
  const { http } = extensions as { http?: { status?: number; headers?: Record<string, string> } }
  respond(response, http?.status ?? 400, `${message}\n`, http?.headers)
}
