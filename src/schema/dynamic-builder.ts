/**
 * Pothos for types that are known only at run time. Its generics describe types written in code, but our types come
 * from templates. All casts that this needs are in this file.
 */

import SchemaBuilder from '@pothos/core'
import {
  type GraphQLInputType,
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  GraphQLSchema,
  type GraphQLTypeResolver,
  isEnumType,
  isInputObjectType,
  isObjectType,
} from 'graphql'
import type { RequestContext } from './request-context.ts'
import type { RootAction } from './root-action.ts'

/** A type by name: `'Role'`; in a list, `['Role']`. The items of a list are never null. */
export type TypeName = string | readonly [TypeName]

interface Described {
  readonly description?: string | undefined
  readonly deprecated?: string | undefined
}

/** A value of an enum. */
interface EnumValue extends Described {
  /** What the program knows it by. Default: its name. */
  readonly value?: string
}

export interface OutputField extends Described {
  readonly type: TypeName
  readonly nullable?: boolean
  readonly args?: Readonly<Record<string, InputField>>
  /** For a field of Query or Mutation: the executor runs it, and its value is then read like that of any field. */
  readonly action?: RootAction
  /** Default: `readByResponseKey`. */
  readonly resolve?: (parent: never) => unknown
}

export interface InputField extends Described {
  readonly type: TypeName
  readonly required?: boolean
  readonly default?: unknown
  /** The default is for readers of the schema only: see `argumentsOf`. */
  readonly isDefaultPlanned?: true
}

type Fields<Field> = () => Readonly<Record<string, Field>>

interface LooseFieldBuilder {
  readonly field: (options: object) => unknown
  readonly arg: (options: object) => unknown
}

/** The parts of Pothos's builder that we use, for types and fields of any name. */
interface LooseBuilder {
  readonly addScalarType: (name: string, scalar: GraphQLScalarType) => void
  readonly enumType: (name: string, options: object) => void
  readonly objectType: (name: string, options: object) => void
  readonly interfaceType: (name: string, options: object) => void
  readonly inputType: (name: string, options: object) => void
  readonly queryType: (options: object) => void
  readonly mutationType: (options: object) => void
  readonly subscriptionType: (options: object) => void
  readonly toSchema: (options: object) => GraphQLSchema
}

export type DynamicBuilder = ReturnType<typeof createDynamicBuilder>

export function createDynamicBuilder() {
  const builder = new SchemaBuilder<{ Context: RequestContext }>({}) as unknown as LooseBuilder
  const toOutputs =
    (fields: Fields<OutputField>, others: object = {}) =>
    (t: LooseFieldBuilder) =>
      mapValues(fields(), (field) => t.field({ ...toOutputOptions(field, t), ...others }))
  const toInputs = (fields: Fields<InputField>) => (t: LooseFieldBuilder) =>
    mapValues(fields(), (field) => t.field(toInputOptions(field)))
  return {
    scalar: (scalar: GraphQLScalarType) => builder.addScalarType(scalar.name, scalar),
    enumeration: (name: string, values: Readonly<Record<string, EnumValue>>, description?: string) =>
      builder.enumType(name, { description, values: mapValues(values, toEnumOptions) }),
    object: (
      name: string,
      options: { readonly description?: string | undefined; readonly interfaces?: readonly string[] },
      fields: Fields<OutputField>,
    ) => builder.objectType(name, { ...options, fields: toOutputs(fields) }),
    interface: (
      name: string,
      options: { readonly description: string; readonly resolveType: GraphQLTypeResolver<unknown, unknown> },
      fields: Fields<OutputField>,
    ) => builder.interfaceType(name, { ...options, fields: toOutputs(fields) }),
    input: (name: string, options: { readonly description?: string | undefined }, fields: Fields<InputField>) =>
      builder.inputType(name, { ...options, fields: toInputs(fields) }),
    /** An input whose entries are conditions: see `isFilter`. */
    filter: (name: string, fields: Fields<InputField>, description?: string) =>
      builder.inputType(name, { description, extensions: { isFilter: true }, fields: toInputs(fields) }),
    query: (fields: Fields<OutputField>) =>
      builder.queryType({ description: 'What can be read.', fields: toOutputs(fields) }),
    mutation: (fields: Fields<OutputField>) =>
      builder.mutationType({
        description: 'What can be written. The fields run one after another.',
        fields: toOutputs(fields),
      }),
    subscription: (fields: Fields<OutputField>) =>
      builder.subscriptionType({
        description: 'What can be followed, by server-sent events or WebSocket. Each operation has one field.',
        fields: toOutputs(fields, { subscribe: refuseToSubscribe }),
      }),
    /** Types that nothing uses are left out. */
    build: (description: string) =>
      withNamesAsValues(withoutUnused(builder.toSchema({ sortSchema: false }), description)),
  }
}

/**
 * The types that can be reached from the operations: which filters and scalars those are depends on the templates. An object
 * type can also be reached through its interfaces.
 */
function withoutUnused(schema: GraphQLSchema, description: string): GraphQLSchema {
  const config = { ...schema.toConfig(), description }
  const objects = config.types.filter((type) => isObjectType(type) && type.getInterfaces().length > 0)
  const used = new GraphQLSchema({ ...config, types: objects }).getTypeMap()
  return new GraphQLSchema({ ...config, types: config.types.filter(({ name }) => Object.hasOwn(used, name)) })
}

/** Statements give the names of enum values, and not what the program knows these by: graphql-js passes the names on. */
function withNamesAsValues(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    // Those of graphql-js itself, which all schemas share, stay as they are.
    if (!isEnumType(type) || type.getValues().every(({ name, value }) => name === value)) continue
    const serialize = type.serialize.bind(type)
    type.serialize = (value) => (type.getValue(String(value)) ? String(value) : serialize(value))
  }
  return schema
}

/** The executor subscribes; Pothos only wants to know who does. */
function refuseToSubscribe(): never {
  throw new Error('a subscription goes through the executor')
}

/** Whether a type was defined as a filter. */
export function isFilter(type: GraphQLInputType): boolean {
  return isInputObjectType(type) && type.extensions['isFilter'] === true
}

function toOutputOptions(
  { type, nullable = false, description, deprecated, args, action, resolve }: OutputField,
  t: LooseFieldBuilder,
): object {
  return {
    type,
    nullable: typeof type === 'string' ? nullable : { list: nullable, items: false },
    description,
    deprecationReason: deprecated,
    resolve: resolve ?? readByResponseKey,
    ...(action && { extensions: { action } }),
    ...(args && { args: mapValues(args, (arg) => t.arg(toInputOptions(arg))) }),
  }
}

/** Marks a value that no statement has made: its attributes have the names of fields, and not response keys. */
export const byFieldName = Symbol('by field name')

/**
 * A field's value in the result of the statement. It is read by response key, because one field may be selected twice with
 * different arguments; and only from own attributes, because a field may have the name of a property of Object.prototype.
 */
function readByResponseKey(
  parent: object,
  _args: unknown,
  _context: unknown,
  { path, fieldName }: GraphQLResolveInfo,
): unknown {
  const name = byFieldName in parent ? fieldName : path.key
  return Object.hasOwn(parent, name) ? (parent as Readonly<Record<string, unknown>>)[name] : null
}

function toEnumOptions({ value, description, deprecated }: EnumValue, name: string): object {
  return { value: value ?? name, description, deprecationReason: deprecated }
}

function toInputOptions(field: InputField): object {
  return {
    type: field.type,
    required: toRequired(field.type, field.required ?? false),
    description: field.description,
    deprecationReason: field.required ? undefined : field.deprecated,
    ...(field.default !== undefined && { defaultValue: field.default }),
    ...(field.isDefaultPlanned && { extensions: { isDefaultPlanned: true } }),
  }
}

function toRequired(type: TypeName, required: boolean): unknown {
  return typeof type === 'string' ? required : { list: required, items: toRequired(type[0], true) }
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  toResult: (value: Value, key: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, toResult(value, key)]))
}
