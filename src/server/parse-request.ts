import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { GraphQLParams } from 'graphql-yoga'
import { createLimitError, type Limits } from '../limits.ts'
import type { DocumentCache } from './document-cache.ts'
import { findJsonExcess } from './find-json-excess.ts'
import { removePrototypes } from './null-prototype.ts'
import { findDocument } from './persisted-query.ts'
import { readBody } from './read-body.ts'
import { createRequestError } from './request-error.ts'
import type { ServerContext } from './server-context.ts'

/** Each variable's value is inside the request's object and its `variables`. */
export const envelopeDepth = 2

/** In bytes: for a larger body, parsing yields to the event loop between its steps. */
const quicklyParsed = 100_000

/**
 * Reads the parameters of a request. POST accepts only JSON (any page may send a form without a preflight), with one operation
 * per body. The size is limited while the body is read, and other limits are checked before it is parsed. Throws errors for the
 * caller.
 */
export async function parseRequest(
  context: ServerContext,
  limits: Limits,
  documents: DocumentCache,
): Promise<GraphQLParams> {
  const given = context.req.method === 'GET' ? parseQueryString(context.req, limits) : await parseBody(context, limits)
  return assertParams(given, documents)
}

async function parseBody(context: ServerContext, limits: Limits): Promise<unknown> {
  assertJsonContent(context.req)
  const bytes = await readBody(context, limits.bodyBytes)
  if (!isUtf8(bytes)) throw createRequestError(400, 'INVALID_JSON', 'The request body is not UTF-8 text.')
  const giveTurn = () => (bytes.length > quicklyParsed ? setImmediate() : undefined)
  assertJsonLimits(bytes, limits.jsonDepth + envelopeDepth, limits)
  await giveTurn()
  const parsed = parseJson(bytes, 'The request body')
  await giveTurn()
  return parsed
}

function assertJsonContent(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw createRequestError(415, 'UNSUPPORTED_CONTENT', 'Compressed request bodies are not accepted.', {
      'Accept-Encoding': 'identity',
    })
  }
  const given = request.headers['content-type'] ?? ''
  if (given === 'application/json') return
  const [type, ...parameters] = given
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  if (type !== 'application/json' || (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))) {
    throw createRequestError(
      415,
      'UNSUPPORTED_CONTENT',
      'A POST must have a JSON body in UTF-8: send {"query": …, "variables": …} with the header Content-Type: application/json.',
      { 'Accept-Post': 'application/json' },
    )
  }
}

/** `GET /graphql?query=…&variables=…`: GraphQL over HTTP, section "GET". */
function parseQueryString(request: IncomingMessage, limits: Limits): unknown {
  const url = request.url ?? ''
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')
  const read = (name: string): unknown => {
    const text = search.get(name)
    if (text === null || text === '') return undefined
    const bytes = Buffer.from(text)
    assertJsonLimits(bytes, limits.jsonDepth + 1, limits)
    return parseJson(bytes, `The parameter "${name}"`)
  }
  return {
    query: search.get('query') ?? undefined,
    operationName: search.get('operationName') || undefined,
    variables: read('variables'),
    extensions: read('extensions'),
  }
}

function assertJsonLimits(bytes: Buffer, maxDepth: number, limits: Limits): void {
  const exceeded = findJsonExcess(bytes, limits, maxDepth)
  if (exceeded !== undefined) throw createLimitError(exceeded, limits[exceeded])
}

function parseJson(bytes: Buffer, what: string): unknown {
  const text = bytes.toString('utf8')
  try {
    // A byte order mark is not JSON, but editors write it (RFC 8259, section 8.1, allows parsers to ignore it).
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    throw createRequestError(400, 'INVALID_JSON', `${what} is not valid JSON.`)
  }
}

function assertParams(given: unknown, documents: DocumentCache): GraphQLParams {
  const assert = (holds: boolean, message: string) => {
    if (!holds) throw createRequestError(400, 'INVALID_REQUEST', message)
  }
  assert(!Array.isArray(given), 'Lists of operations are not accepted: send one operation per request.')
  assert(isObject(given), 'The request body must be an object: {"query": …, "variables": …}.')
  const { operationName, variables, extensions, ...params } = given as GraphQLParams
  assert(extensions == null || isObject(extensions), '"extensions" must be an object.')
  const query = findDocument(params.query, extensions?.['persistedQuery'], documents)
  assert(query != null && query !== '', 'There is no "query": send the GraphQL document as {"query": …}.')
  assert(typeof query === 'string', '"query" must be a string.')
  assert(operationName == null || typeof operationName === 'string', '"operationName" must be a string.')
  assert(variables == null || isObject(variables), '"variables" must be an object.')
  return removePrototypes({
    query,
    // Some clients send an empty name to mean "none".
    operationName: operationName || undefined,
    variables: variables ?? undefined,
    extensions: extensions ?? undefined,
  }) as GraphQLParams
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
