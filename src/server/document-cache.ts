import type { DocumentNode } from 'graphql'
import { createRecentlyUsed } from '../schema/recently-used.ts'

const largestDocument = 20_000
/** Of all documents together. In bytes, of which a document takes some 100 for each of its characters. */
const size = 24_000_000
const bytesPerCharacter = 100

export type DocumentCache = ReturnType<typeof createDocumentCache>

/**
 * Parsed documents by their text, least recently used out first. Yoga's own cache keeps a thousand of any size;
 * a pipeline that writes its objects as literals sends another large document each time.
 */
export function createDocumentCache() {
  const documents = createRecentlyUsed<DocumentNode>(size)
  return {
    get: documents.get,
    set(text: string, document: DocumentNode): void {
      if (text.length <= largestDocument) documents.set(text, document, bytesPerCharacter * text.length)
    },
  }
}

/** Keeps nothing: a document that does not parse is seldom sent again, and its error would be shared. */
export const noErrorCache = { get: () => undefined, set: () => {} }
