import type { GraphQLResolveInfo } from 'graphql'

/** Marks a value that no statement has made: its attributes have the names of fields, and not response keys. */
export const byFieldName = Symbol('by field name')

/**
 * A field's value in the result of the statement. It is read by response key, because one field may be selected twice with
 * different arguments; and only from own attributes, because a field may have the name of a property of Object.prototype.
 */
export function readByResponseKey(
  parent: object,
  _args: unknown,
  _context: unknown,
  { path, fieldName }: GraphQLResolveInfo,
): unknown {
  const name = byFieldName in parent ? fieldName : path.key
  return Object.hasOwn(parent, name) ? (parent as Readonly<Record<string, unknown>>)[name] : null
}
