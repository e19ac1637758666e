import type { GraphQLResolveInfo } from 'graphql'

/** The attribute of the root value with the types of objects in abstract fields, by root field; no response key can have this name. */
export const rootTypesAttribute = '@types'

/** The type of an object in an abstract field: below one root field, all such objects have the same type. */
export function resolveObjectType(_value: unknown, _context: unknown, info: GraphQLResolveInfo): string {
  let root = info.path
  while (root.prev) root = root.prev
  const types = (info.rootValue as Readonly<Record<string, Readonly<Record<string, string>>>>)[rootTypesAttribute]
  return String(types?.[root.key])
}
