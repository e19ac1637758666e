import { type DocumentNode, GraphQLError, Kind } from 'graphql'
import type { ErrorCode, InputIssue, Path } from '../errors.ts'
import { explainNull } from './explain-null.ts'
import { findLiteralPaths } from './find-literal-paths.ts'

/** GraphQL's own messages quote the given value, however long it is. */
const longestMessage = 2_000

/** `BAD_USER_INPUT` in place of an error of graphql-js, at the same nodes of the document. */
export function createDocumentError(
  { nodes, path }: Partial<Pick<GraphQLError, 'nodes' | 'path'>>,
  message: string,
  issues: readonly InputIssue[],
): GraphQLError {
  return new GraphQLError(shortenMessage(message), {
    nodes: nodes ?? null,
    path: path ?? null,
    extensions: {
      code: 'BAD_USER_INPUT' satisfies ErrorCode,
      issues: issues.map((issue) => ({ ...issue, message: shortenMessage(issue.message) })),
    },
  })
}

/**
 * Adds issues to errors of graphql-js. The place of an issue is the first node of the error that is inside an argument. If an
 * error of a scalar or of our own rules already has issues, their paths start at its node.
 */
export function toDocumentErrors(errors: readonly GraphQLError[], document: DocumentNode): readonly GraphQLError[] {
  const paths = findLiteralPaths(
    document,
    errors.flatMap((error) => error.nodes ?? []),
  )
  return errors.map((error) => {
    const path: Path = error.nodes?.map((node) => paths.get(node) ?? []).find((one) => one.length > 0) ?? []
    const instead = error.nodes?.[0]?.kind === Kind.NULL ? explainNull(path) : undefined
    const message = instead === undefined ? error.message : `${error.message} ${instead}`
    const inner = error.extensions['issues'] as readonly InputIssue[] | undefined
    const issues = inner?.map((issue) => ({ ...issue, path: [...path, ...issue.path] }))
    return createDocumentError(error, message, issues ?? [{ path, code: 'INVALID_DOCUMENT', message }])
  })
}

/**
 * Adds a code and issues to errors of graphql-js for arguments that cannot be coerced because their variable is null;
 * such errors have a place in the document. Leaves all other errors of execution as they are.
 */
export function nameArgumentErrors(errors: readonly GraphQLError[], document: DocumentNode): readonly GraphQLError[] {
  return errors.map((error) => {
    const { originalError: cause } = error
    const isOfArgument = cause instanceof GraphQLError && cause.nodes !== undefined && !cause.extensions['code']
    return isOfArgument ? (toDocumentErrors([error], document)[0] ?? error) : error
  })
}

/** A message of graphql-js, cut to a readable length. */
export function shortenMessage(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message
}
