import { GraphQLError, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { coerceVariables } from '../schema/coerce-variables.ts'
import { toDocumentErrors } from '../schema/document-error.ts'
import { validateQueryDocument } from '../schema/validate-query-document.ts'

/** Validates documents and coerces variables, so that each error has its code and its issues where it is made. */
export function useInputIssues(): Plugin {
  return {
    onValidate({ setValidationFn }) {
      setValidationFn(validateQueryDocument)
    },
    onExecute({ args: { schema, document, operationName, variableValues }, setResultAndStopExecution }) {
      const operation = getOperationAST(document, operationName)
      // Execution says that there is no such operation.
      if (!operation) return undefined
      const { errors } = coerceVariables(schema, document, operation, variableValues ?? {})
      if (errors) {
        setResultAndStopExecution({ errors })
        return undefined
      }
      return {
        onExecuteDone({ result, setResult }) {
          if (!('errors' in result) || result.errors === undefined) return
          const named = result.errors.map((error) =>
            isArgumentError(error) ? (toDocumentErrors([error], document)[0] ?? error) : error,
          )
          setResult({ ...result, errors: named })
        },
      }
    },
  }
}

/** An argument cannot be coerced, as its variable is null: graphql-js points to the place in the document. */
function isArgumentError({ originalError }: GraphQLError): boolean {
  return originalError instanceof GraphQLError && originalError.nodes !== undefined && !originalError.extensions['code']
}
