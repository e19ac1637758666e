import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  type GraphQLInputType,
  GraphQLInt,
  type GraphQLScalarType,
  GraphQLString,
  type GraphQLTypeResolver,
  isInputObjectType,
} from 'graphql'
import { LazySchema } from './lazy/lazy-schema.ts'
import type { EnumValue, Fields, InputField, OutputField, TypeDefinition } from './lazy/type-definitions.ts'

export type DynamicBuilder = ReturnType<typeof createDynamicBuilder>

/** Takes the definitions of types that are known only at run time; what it builds makes each of them when it is needed. */
export function createDynamicBuilder() {
  const definitions = new Map<string, TypeDefinition>()
  const define = (name: string, definition: TypeDefinition): void => {
    if (definitions.has(name)) throw new Error(`the schema has two types ${name}`)
    definitions.set(name, definition)
  }
  const scalar = (one: GraphQLScalarType) => define(one.name, { kind: 'scalar', scalar: one })
  return {
    scalar,
    enumeration: (name: string, values: Readonly<Record<string, EnumValue>>, description?: string) =>
      define(name, { kind: 'enum', description, values }),
    object: (
      name: string,
      options: { readonly description?: string | undefined; readonly interfaces?: readonly string[] },
      fields: Fields<OutputField>,
    ) =>
      define(name, { kind: 'object', description: options.description, interfaces: options.interfaces ?? [], fields }),
    interface: (
      name: string,
      options: { readonly description: string; readonly resolveType: GraphQLTypeResolver<unknown, unknown> },
      fields: Fields<OutputField>,
    ) => define(name, { kind: 'interface', ...options, fields }),
    input: (name: string, { description }: { readonly description?: string | undefined }, fields: Fields<InputField>) =>
      define(name, { kind: 'input', description, isFilter: false, fields }),
    /** An input whose entries are conditions: see `isFilter`. */
    filter: (name: string, fields: Fields<InputField>, description?: string) =>
      define(name, { kind: 'input', description, isFilter: true, fields }),
    query: (fields: Fields<OutputField>) => define('Query', { kind: 'root', description: 'What can be read.', fields }),
    mutation: (fields: Fields<OutputField>) =>
      define('Mutation', {
        kind: 'root',
        description: 'What can be written. The fields run one after another.',
        fields,
      }),
    subscription: (fields: Fields<OutputField>) =>
      define('Subscription', {
        kind: 'root',
        description: 'What can be followed, by server-sent events or WebSocket. Each operation has one field.',
        fields,
      }),
    /** Types that nothing uses are left out. */
    build: (description: string): LazySchema => {
      for (const one of [GraphQLID, GraphQLInt, GraphQLFloat, GraphQLString, GraphQLBoolean]) scalar(one)
      return new LazySchema(definitions, description)
    },
  }
}

/** Whether a type was defined as a filter. */
export function isFilter(type: GraphQLInputType): boolean {
  return isInputObjectType(type) && type.extensions['isFilter'] === true
}
