import { type DocumentNode, type GraphQLError, type GraphQLSchema, NoFragmentCyclesRule, validate } from 'graphql'
import type { Limits } from '../limits.ts'
import { validateQueryDocument } from '../schema/validate-query-document.ts'
import { assertDocumentLimits } from './assert-document-limits.ts'

/** Validates a document for callers that may see the schema, or for those that may not. Throws LIMIT_EXCEEDED. */
export type Validate = (document: DocumentNode, introspects: boolean) => readonly GraphQLError[]

/** Keeps the errors of each document: those for callers that may see the schema apart from the others, because they name its parts. */
export function createValidation(schema: GraphQLSchema, limits: Limits): Validate {
  const kept = { shown: new WeakMap<DocumentNode, readonly GraphQLError[]>(), hidden: new WeakMap() }
  return (document, introspects) => {
    const errors = introspects ? kept.shown : kept.hidden
    const known = errors.get(document)
    if (known) return known
    const found =
      assertDocumentLimits(document, limits) === 'cyclic'
        ? validate(schema, document, [NoFragmentCyclesRule])
        : validateQueryDocument(schema, document, introspects)
    errors.set(document, found)
    return found
  }
}
