import { type ASTNode, type DocumentNode, type ExecutionArgs, type GraphQLError, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { InputIssue } from '../errors.ts'
import { completePath } from './complete-path.ts'
import { explainNull } from './explain-null.ts'
import { findLiteralPaths, findVariablePlaces } from './find-literal-paths.ts'
import { findVariableIssues } from './find-variable-issues.ts'

/**
 * Gives the errors of validation and of variables their `extensions.issues`, while the document and the variables
 * are at hand. GraphQL tells such places only inside its sentences.
 */
export function useInputIssues(): Plugin {
  // The errors of a document are cached with it, and come by again.
  const done = new WeakSet<GraphQLError>()
  return {
    onValidate({ params }) {
      const document: DocumentNode = params.documentAST
      return ({ valid, result }) => {
        if (valid) return
        const errors = (result as readonly GraphQLError[]).filter((error) => !done.has(error))
        const paths = findLiteralPaths(
          document,
          errors.map((error) => error.nodes?.[0]).filter((node) => node !== undefined),
        )
        for (const error of errors) {
          const path = completePath(paths.get(error.nodes?.[0] as ASTNode) ?? [], error.message)
          const own = error.extensions['issues'] as readonly InputIssue[] | undefined
          error.message = explainNull(error.message, path)
          setIssues(
            error,
            own?.map((issue) => ({ ...issue, path: [...path, ...issue.path] })) ?? [
              { path, code: 'INVALID_DOCUMENT', message: error.message },
            ],
          )
          done.add(error)
        }
      }
    },
    onExecute({ args }) {
      return {
        onExecuteDone({ result }) {
          // Without data nothing has run: what is wrong are the variables, or there is no such operation.
          if (!('errors' in result) || result.errors === undefined || 'data' in result) return
          addVariableIssues(args, result.errors)
        },
      }
    },
  }
}

function addVariableIssues(args: ExecutionArgs, errors: readonly GraphQLError[]): void {
  const operation = getOperationAST(args.document, args.operationName)
  // Not "no such operation". The last error may be that there are too many of them.
  if (!operation || !errors[0]?.message.startsWith('Variable "$')) return
  const places = findVariablePlaces(args.document)
  const issues = findVariableIssues(args.schema, operation, args.variableValues ?? {}, places, errors.length)
  errors.forEach((error, index) => {
    const found = issues[index]
    if (found?.[0]) error.message = explainNull(error.message, found[0].path)
    if (found)
      setIssues(
        error,
        found.map((issue) => ({ ...issue, message: issue.message || error.message })),
      )
  })
}

/** The extensions of an error may be those of another one around which it was made. */
function setIssues(error: GraphQLError, issues: readonly InputIssue[]): void {
  Object.assign(error, { extensions: { ...error.extensions, issues } })
}
