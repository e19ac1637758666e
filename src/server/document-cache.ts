import type { DocumentNode } from 'graphql'
import { longestDocument } from '../schema/compiled-operations.ts'
import { type Bounds, createBoundedMap } from '../store/bounded-map.ts'

/** All documents together; their weight is in bytes, as measured for each of their tokens. */
const bounds: Bounds = { entries: 10_000, weight: 24_000_000 }
const bytesPerToken = 500

export type DocumentCache = ReturnType<typeof createDocumentCache>

/**
 * Parsed documents by their text; the least recently used are evicted first. Yoga's own cache keeps a thousand documents of
 * any size, but a pipeline that writes its objects as literals sends a different large document each time.
 */
export function createDocumentCache() {
  const documents = createBoundedMap<DocumentNode>(bounds)
  return {
    get: documents.get,
    set(text: string, document: DocumentNode): void {
      if (text.length <= longestDocument)
        documents.set(text, document, bytesPerToken * (document.tokenCount ?? text.length))
    },
  }
}

/** Keeps nothing: a document that does not parse is seldom sent again, and requests would share its error. */
export const noErrorCache = { get: () => undefined, set: () => {} }
