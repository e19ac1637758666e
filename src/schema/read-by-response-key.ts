import type { GraphQLResolveInfo } from 'graphql'

/**
 * A field's value in what the statement returned. By response key, since one field may be asked twice with other
 * arguments; and only its own attributes, since a field may be named as one of Object.prototype.
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
