import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, getNamedType, isObjectType } from 'graphql'
import { takesList } from './input-places.ts'

export type AnyField = GraphQLField<unknown, unknown>

/** The root fields of one template, as far as the schema has them. */
export interface RootFields {
  readonly type: GraphQLObjectType
  readonly one: AnyField | undefined
  readonly many: AnyField
  readonly upsertOne: AnyField | undefined
  readonly upsertMany: AnyField | undefined
  readonly deleteOne: AnyField | undefined
  readonly deleteMany: AnyField | undefined
}

const known = new WeakMap<GraphQLSchema, readonly RootFields[]>()

/** Those of each template: what a list of nodes is of tells the template's type, and its inputs are named after it. */
export function listRootFields(schema: GraphQLSchema): readonly RootFields[] {
  const listed = known.get(schema) ?? findRootFields(schema)
  known.set(schema, listed)
  return listed
}

function findRootFields(schema: GraphQLSchema): readonly RootFields[] {
  const queries = Object.values(schema.getQueryType()?.getFields() ?? {})
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})
  return queries.flatMap((many) => {
    const type = nodesOf(many)
    if (!type) return []
    const isOf = (field: AnyField) => getNamedType(field.type) === type
    const takes = (argument: string, input: string, isList: boolean) => (field: AnyField) =>
      field.args.some(
        ({ name, type: given }) =>
          name === argument && getNamedType(given).name === input && takesList(given) === isList,
      )
    return {
      type,
      many,
      one: queries.find((field) => isOf(field) && field.args.length > 0),
      upsertOne: mutations.find(takes('input', `${type.name}Input`, false)),
      upsertMany: mutations.find(takes('input', `${type.name}Input`, true)),
      deleteOne: mutations.find(isOf),
      deleteMany: mutations.find(takes('where', `${type.name}Where`, false)),
    }
  })
}

/** The type of a list's nodes; undefined if the field is no list. */
export function nodesOf({ type }: AnyField): GraphQLObjectType | undefined {
  const connection = getNamedType(type)
  const nodes = isObjectType(connection) ? connection.getFields()['nodes'] : undefined
  const named = nodes && getNamedType(nodes.type)
  return isObjectType(named) ? named : undefined
}
