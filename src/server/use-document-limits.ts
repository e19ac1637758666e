import { type DocumentNode, NoFragmentCyclesRule } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Limits } from '../limits.ts'
import { assertDocumentLimits } from './assert-document-limits.ts'
import { parseBounded } from './parse-bounded.ts'

/** Refuses documents that would take too long to parse, validate or plan. */
export function useDocumentLimits(limits: Limits): Plugin {
  const known = new WeakMap<DocumentNode, 'finite' | 'cyclic'>()
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parseBounded(source, options, limits))
    },
    onValidate({ params, validateFn, setResult }) {
      const document: DocumentNode = params.documentAST
      const size = known.get(document) ?? assertDocumentLimits(document, limits)
      known.set(document, size)
      if (size === 'cyclic') setResult(validateFn(params.schema, document, [NoFragmentCyclesRule]))
    },
  }
}
