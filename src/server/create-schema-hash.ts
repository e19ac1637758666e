import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type GraphQLSchema, printSchema } from 'graphql'
import { respond } from './send/respond.ts'

/**
 * Adds the hash of the schema's SDL to every answer, as `X-Registry-Schema`, so that clients know whether their copy of the
 * schema is current. A client may send the same header with an operation that is written for one schema. If the schema
 * is a different one, nothing runs, the answer is 412, and the result is true.
 */
export function createSchemaHash(
  schema: GraphQLSchema,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  let hash: string | undefined
  return (request, response) => {
    hash ??= createHash('sha256').update(printSchema(schema)).digest('base64url')
    response.setHeader('X-Registry-Schema', hash)
    const expected = request.headers['x-registry-schema']
    if (expected === undefined || expected === hash) return false
    respond(
      request,
      response,
      412,
      'The schema has changed: read it again, or leave out the header X-Registry-Schema.\n',
    )
    return true
  }
}
