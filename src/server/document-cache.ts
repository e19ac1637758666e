import type { DocumentNode } from 'graphql'
import { createRecentlyUsed } from '../schema/recently-used.ts'

const largestDocument = 20_000
const mostDocuments = 500

export type DocumentCache = ReturnType<typeof createDocumentCache>

/**
 * Parsed documents by their text, least recently used out first. Yoga's own cache keeps a thousand of any size;
 * a pipeline that writes its objects as literals sends another large document each time.
 */
export function createDocumentCache() {
  const documents = createRecentlyUsed<DocumentNode>(mostDocuments)
  return {
    get: documents.get,
    set(text: string, document: DocumentNode): void {
      if (text.length <= largestDocument) documents.set(text, document)
    },
  }
}

/** Keeps nothing: a document that does not parse is seldom sent again, and its error would be shared. */
export const noErrorCache = { get: () => undefined, set: () => {} }
