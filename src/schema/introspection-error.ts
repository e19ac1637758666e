import { GraphQLError } from 'graphql'
import { createCallerError } from '../errors.ts'
import type { Rights } from '../plan/rights.ts'

/** The error of a caller that may not see the schema. */
export function createIntrospectionError({ isAdmin, refuse }: Rights): GraphQLError {
  // Without rules of access, everyone has all rights, and the setting holds for everyone.
  if (isAdmin) return createCallerError('FORBIDDEN', 'The schema is not shown: the setting INTROSPECTION is false.')
  const { message, extensions } = refuse('admin')
  return new GraphQLError(`The schema is shown only to those with the right to admin. ${message}`, { extensions })
}
