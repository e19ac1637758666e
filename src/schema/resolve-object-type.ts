import type { GraphQLResolveInfo } from 'graphql'

/** The attribute of the root value with the types of objects in abstract fields, by root field; no response key can have this name. */
export const rootTypesAttribute = '@types'

/** The type of all objects in abstract fields below one root field, or the type of the objects below each item of its list. */
export type AbstractType = string | readonly string[]

/** The type of an object in an abstract field. */
export function resolveObjectType(_value: unknown, _context: unknown, info: GraphQLResolveInfo): string {
  let root = info.path
  let item = 0
  while (root.prev) {
    if (typeof root.key === 'number') item = root.key
    root = root.prev
  }
  const types = (info.rootValue as Readonly<Record<string, Readonly<Record<string, AbstractType>>>>)[rootTypesAttribute]
  const type = types?.[root.key]
  return String(typeof type === 'object' ? type[item] : type)
}
