import type { Plugin } from 'graphql-yoga'
import { validateQueryDocument } from '../schema/validate-query-document.ts'

/** Validates documents with rules whose errors have a code and issues from the start. */
export function useValidation(): Plugin {
  return {
    onValidate({ setValidationFn }) {
      setValidationFn(validateQueryDocument)
    },
  }
}
