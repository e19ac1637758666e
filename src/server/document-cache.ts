import type { DocumentNode } from 'graphql'
import { longestDocument } from '../schema/compiled-operations.ts'
import { type Bounds, createBoundedMap } from '../store/bounded-map.ts'
import { hashDocument } from './persisted-query.ts'

/** All documents together; their weight is in bytes, as measured for each of their tokens. */
const bounds: Bounds = { entries: 10_000, weight: 24_000_000 }
const bytesPerToken = 500
/** Of a hash, and of its entry. */
const bytesOfHash = 300

export type DocumentCache = ReturnType<typeof createDocumentCache>

/**
 * Parsed documents by their text; the least recently used are evicted first. Yoga's own cache keeps a thousand documents of
 * any size, but a pipeline that writes its objects as literals sends a different large document each time.
 */
export function createDocumentCache() {
  const textByHash = new Map<string, string>()
  const documents = createBoundedMap<DocumentNode>(bounds, (text) => textByHash.delete(hashDocument(text)))
  return {
    get: documents.get,
    /** The text of the document with this SHA-256, in lower-case hexadecimal digits. */
    findByHash: (hash: string): string | undefined => textByHash.get(hash),
    set(text: string, document: DocumentNode): void {
      if (text.length > longestDocument) return
      documents.set(text, document, bytesOfHash + bytesPerToken * (document.tokenCount ?? text.length))
      textByHash.set(hashDocument(text), text)
    },
  }
}

/** Keeps nothing: a document that does not parse is seldom sent again, and requests would share its error. */
export const noErrorCache = { get: () => undefined, set: () => {} }
