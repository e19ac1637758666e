import type { DocumentNode } from 'graphql'

const largestDocument = 20_000
const mostDocuments = 500

export type DocumentCache = ReturnType<typeof createDocumentCache>

/**
 * Parsed documents by their text, least recently used out first. Yoga's own cache keeps a thousand of any size;
 * a pipeline that writes its objects as literals sends another large document each time.
 */
export function createDocumentCache() {
  const documents = new Map<string, DocumentNode>()
  return {
    get(text: string): DocumentNode | undefined {
      const document = documents.get(text)
      if (document) {
        documents.delete(text)
        documents.set(text, document)
      }
      return document
    },
    set(text: string, document: DocumentNode): void {
      if (text.length > largestDocument) return
      documents.set(text, document)
      const [oldest] = documents.keys()
      if (documents.size > mostDocuments && oldest !== undefined) documents.delete(oldest)
    },
  }
}

/** Keeps nothing: a document that does not parse is seldom sent again, and its error would be shared. */
export const noErrorCache = { get: () => undefined, set: () => {} }
