import type { Plugin } from 'graphql-yoga'
import { validateQueryDocument } from '../schema/validate-query-document.ts'

/** Validates documents by rules whose errors have their code and their issues where they are made. */
export function useValidation(): Plugin {
  return {
    onValidate({ setValidationFn }) {
      setValidationFn(validateQueryDocument)
    },
  }
}
