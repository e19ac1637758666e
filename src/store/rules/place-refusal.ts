import { GraphQLError } from 'graphql'
import type { Path } from '../../errors.ts'

/** The refusal of a caller's rights, with the place of what it refuses. */
export function placeRefusal(refusal: GraphQLError, path: Path): GraphQLError {
  const { message, extensions } = refusal
  const issue = { path, code: String(extensions.code), message }
  return new GraphQLError(message, { extensions: { ...extensions, issues: [issue] } })
}
