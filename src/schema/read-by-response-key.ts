import type { GraphQLResolveInfo } from 'graphql'

/**
 * A field's value in the result of the statement. It is read by response key, because one field may be selected twice with
 * different arguments; and only from own attributes, because a field may have the name of a property of Object.prototype.
 */
export function readByResponseKey(
  parent: unknown,
  _args: unknown,
  _context: unknown,
  info: GraphQLResolveInfo,
): unknown {
  const key = info.path.key
  return Object.hasOwn(parent as object, key) ? (parent as Readonly<Record<string, unknown>>)[key] : null
}
