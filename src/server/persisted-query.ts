import { createHash } from 'node:crypto'
import { createCallerError } from '../errors.ts'
import type { DocumentCache } from './document-cache.ts'
import { createRequestError } from './request-error.ts'

/** SHA-256 in lower-case hexadecimal digits, by which clients name a document. */
export function hashDocument(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * The document of a request that may name it by its hash alone: Apollo's protocol of automatic persisted queries. A document
 * is known as long as it is in the cache. If it is not, the client is told so by the words that all clients look for, and sends
 * the document as well.
 *
 * @param given `extensions.persistedQuery`
 * @returns undefined if the request has neither a document nor a hash. Throws errors for the caller
 */
export function findDocument(query: unknown, given: unknown, documents: DocumentCache): unknown {
  if (given === undefined || given === null) return query
  const { version, sha256Hash } = given as { readonly version?: unknown; readonly sha256Hash?: unknown }
  if (version !== 1) throw createCallerError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported')
  const hash = typeof sha256Hash === 'string' ? sha256Hash.toLowerCase() : ''
  if (!/^[\da-f]{64}$/.test(hash)) {
    const message =
      '"extensions.persistedQuery.sha256Hash" must be the SHA-256 of the document, in 64 hexadecimal digits.'
    throw createRequestError(400, 'INVALID_REQUEST', message)
  }
  if (typeof query !== 'string' || query === '') {
    const known = documents.findByHash(hash)
    if (known === undefined) throw createCallerError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')
    return known
  }
  const actual = hashDocument(query)
  if (actual !== hash) {
    const message = `"extensions.persistedQuery.sha256Hash" is not the SHA-256 of "query", which is ${actual}.`
    throw createRequestError(400, 'INVALID_REQUEST', message)
  }
  return query
}
