import {
  type GraphQLInputFieldMap,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql'

/** What an input type is for: its name depends on the templates, its fields do not. */
export type InputPlace =
  /** `{equals: …}` */
  | 'operators'
  /** `{has: …}`, of a list */
  | 'list operators'
  /** `{some: {…}}`, of related objects or of items */
  | 'quantifiers'
  /** `{name: {…}, AND: […]}` */
  | 'where'
  /** `{name: asc}` */
  | 'order'
  /** The data of an object, its key, or anything else. */
  | 'data'

export function placeOf(type: GraphQLInputType): InputPlace {
  const fields = inputFieldsOf(type)
  const has = (...names: readonly string[]) => names.every((name) => Object.hasOwn(fields, name))
  if (has('some', 'none', 'every')) return 'quantifiers'
  if (has('hasSome', 'hasEvery')) return 'list operators'
  // An object's filter has operators as well as members.
  if (has('AND', 'OR', 'NOT')) return 'where'
  if (has('equals', 'not', 'in')) return 'operators'
  return Object.values(fields).some(({ type: one }) => isDirection(one)) ? 'order' : 'data'
}

/** None if the type is not an input object. */
export function inputFieldsOf(type: GraphQLInputType): GraphQLInputFieldMap {
  const named = getNamedType(type)
  return isInputObjectType(named) ? named.getFields() : {}
}

/** Whether a list is wanted. */
export function takesList(type: GraphQLInputType): boolean {
  return isListType(getNullableType(type))
}

/** Whether a text, a number, a boolean or a member of an enum is wanted. */
export function takesLeaf(type: GraphQLInputType): boolean {
  return !isInputObjectType(getNamedType(type))
}

export function isDirection(type: GraphQLInputType): boolean {
  return getNamedType(type).name === 'OrderDirection'
}
