/**
 * Pothos for types that are known only at run time. Its generics describe types written in code, but our types come
 * from templates. All casts that this needs are in this file.
 */

import SchemaBuilder, { BuildCache, InputFieldBuilder } from '@pothos/core'
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLScalarType,
  isEnumType,
  isObjectType,
} from 'graphql'
import type { RequestContext } from '../request-context.ts'
import { readByResponseKey } from './read-by-response-key.ts'
import type {
  EnumValue,
  InputField,
  OutputField,
  TypeDefinition,
  TypeDefinitions,
  TypeName,
} from './type-definitions.ts'

/** What Pothos knows a type by. */
interface Ref {
  readonly name: string
}

type PothosFields = Readonly<Record<string, unknown>>

interface LooseFieldBuilder {
  readonly field: (options: object) => unknown
  readonly arg: (options: object) => unknown
}

/** The parts of Pothos's builder that we use, for types and fields of any name. */
interface LooseBuilder {
  readonly objectRef: (name: string) => Ref
  readonly interfaceRef: (name: string) => Ref
  readonly inputRef: (name: string) => Ref
  readonly addScalarType: (name: string, scalar: GraphQLScalarType) => Ref
  readonly enumType: (name: string, options: object) => Ref
  readonly objectType: (ref: Ref, options: object) => Ref
  readonly interfaceType: (ref: Ref, options: object) => Ref
  readonly inputType: (ref: Ref, options: object) => Ref
  readonly objectFields: (ref: Ref, fields: (t: LooseFieldBuilder) => PothosFields) => void
  readonly interfaceFields: (ref: Ref, fields: (t: LooseFieldBuilder) => PothosFields) => void
  readonly configStore: {
    readonly prepareForBuild: () => void
    readonly getTypeConfig: (name: string) => Ref
    readonly addInputFields: (ref: Ref, fields: () => PothosFields) => void
    getFields: (name: string, kind?: string) => unknown
  }
}

/** The parts of Pothos's cache of types that we use: it makes a type when another one, or a caller, needs it. */
interface LooseBuildCache {
  readonly types: ReadonlyMap<string, GraphQLNamedType>
  buildTypeFromConfig: (config: Ref) => void
}

type RefOf = (name: string) => Ref

/**
 * Has Pothos make types from their definitions when they are asked for, and their fields when graphql-js asks for these; those of
 * `Query`, `Mutation` and `Subscription` one by one. Pothos's own `toSchema` makes all at once. Gives undefined for names without a
 * definition.
 */
export function createPothosTypes(definitions: TypeDefinitions): (name: string) => GraphQLNamedType | undefined {
  const builder = new SchemaBuilder<{ Context: RequestContext }>({}) as unknown as LooseBuilder
  const { configStore } = builder
  const all = new Map(definitions)
  const refs = new Map<string, Ref>()
  const refOf: RefOf = (name) => {
    const known = refs.get(name)
    if (known) return known
    const ref = declare(builder, name, definitionOf(all, name), refOf)
    refs.set(name, ref)
    return ref
  }
  addFieldsOnDemand(builder, (name) => addFields(builder, definitionOf(all, name), refOf(name), refOf))
  configStore.prepareForBuild()
  const cache = new BuildCache(builder as never, {}) as unknown as LooseBuildCache
  passNamesOn(cache)
  const typeOf = (name: string): GraphQLNamedType | undefined => {
    const known = cache.types.get(name)
    if (known) return known
    const definition = all.get(name)
    if (!definition) return undefined
    cache.buildTypeFromConfig(configStore.getTypeConfig(refOf(name).name))
    const type = cache.types.get(name)
    if (definition.kind === 'root' && isObjectType(type)) makeFieldsOneByOne(type, definition.fields(), make)
    return type
  }
  /** Pothos makes all fields of a type at once, so each root field is made in a type of its own, which the schema does not show. */
  function make(root: string, name: string, field: OutputField): GraphQLField<unknown, unknown> | undefined {
    const own = `${root}__${name}`
    all.set(own, { kind: 'object', description: undefined, interfaces: [], fields: () => ({ [name]: field }) })
    const type = typeOf(own)
    return isObjectType(type) ? type.getFields()[name] : undefined
  }
  return typeOf
}

function makeFieldsOneByOne(
  root: GraphQLObjectType,
  fields: Readonly<Record<string, OutputField>>,
  make: (root: string, name: string, field: OutputField) => GraphQLField<unknown, unknown> | undefined,
): void {
  const made: Record<string, GraphQLField<unknown, unknown>> = Object.create(null)
  for (const [name, field] of Object.entries(fields)) {
    const property = { enumerable: true, configurable: true }
    const get = () => {
      const value = make(root.name, name, field)
      Object.defineProperty(made, name, { ...property, value })
      return value
    }
    Object.defineProperty(made, name, { ...property, get })
  }
  root.getFields = () => made
}

function definitionOf(definitions: TypeDefinitions, name: string): TypeDefinition {
  const definition = definitions.get(name)
  if (!definition) throw new Error(`the schema has no type ${name}`)
  return definition
}

/** Tells Pothos of a type, but not of its fields. */
function declare(builder: LooseBuilder, name: string, definition: TypeDefinition, refOf: RefOf): Ref {
  switch (definition.kind) {
    case 'scalar':
      return builder.addScalarType(name, definition.scalar)
    case 'enum': {
      const { description, values } = definition
      return builder.enumType(name, { description, values: mapValues(values, toEnumOptions) })
    }
    case 'input': {
      const { description, isFilter } = definition
      const extensions = isFilter ? { isFilter } : undefined
      return builder.inputType(builder.inputRef(name), { description, extensions, fields: () => ({}) })
    }
    case 'interface': {
      const { description, resolveType } = definition
      return builder.interfaceType(builder.interfaceRef(name), { description, resolveType })
    }
    case 'object': {
      const { description, interfaces } = definition
      return builder.objectType(builder.objectRef(name), { description, interfaces: interfaces.map(refOf) })
    }
    case 'root':
      return builder.objectType(builder.objectRef(name), { description: definition.description })
  }
}

function addFields(builder: LooseBuilder, definition: TypeDefinition, ref: Ref, refOf: RefOf): void {
  if (definition.kind === 'input') {
    const t = new InputFieldBuilder(builder as never, 'InputObject') as unknown as LooseFieldBuilder
    builder.configStore.addInputFields(ref, () =>
      mapValues(definition.fields(), (field) => t.field(toInputOptions(field, refOf))),
    )
    return
  }
  if (!('fields' in definition)) return
  const fields = (t: LooseFieldBuilder) =>
    mapValues(definition.fields(), (field) => t.field(toOutputOptions(field, t, refOf)))
  if (definition.kind === 'interface') builder.interfaceFields(ref, fields)
  else builder.objectFields(ref, fields)
}

/** Pothos looks up the fields of a type when graphql-js asks for them: they are added just before. */
function addFieldsOnDemand({ configStore }: LooseBuilder, add: (name: string) => void): void {
  const added = new Set<string>()
  const getFields = configStore.getFields.bind(configStore)
  configStore.getFields = (name, kind) => {
    if (!added.has(name)) {
      add(name)
      added.add(name)
    }
    return getFields(name, kind)
  }
}

/** Statements give the names of enum values, and not what the program knows these by: graphql-js passes the names on. */
function passNamesOn(cache: LooseBuildCache): void {
  const buildType = cache.buildTypeFromConfig.bind(cache)
  cache.buildTypeFromConfig = (config) => {
    buildType(config)
    const type = cache.types.get(config.name)
    if (!isEnumType(type) || type.getValues().every(({ name, value }) => name === value)) return
    const serialize = type.serialize.bind(type)
    type.serialize = (value) => (type.getValue(String(value)) ? String(value) : serialize(value))
  }
}

function toOutputOptions(
  { type, nullable = false, description, deprecated, args, action, resolve }: OutputField,
  t: LooseFieldBuilder,
  refOf: RefOf,
): object {
  return {
    type: toTypeParameter(type, refOf),
    nullable: typeof type === 'string' ? nullable : { list: nullable, items: false },
    description,
    deprecationReason: deprecated,
    resolve: resolve ?? readByResponseKey,
    ...(action && { extensions: { action } }),
    ...(args && { args: mapValues(args, (arg) => t.arg(toInputOptions(arg, refOf))) }),
  }
}

function toEnumOptions({ value, description, deprecated }: EnumValue, name: string): object {
  return { value: value ?? name, description, deprecationReason: deprecated }
}

function toInputOptions(field: InputField, refOf: RefOf): object {
  return {
    type: toTypeParameter(field.type, refOf),
    required: toRequired(field.type, field.required ?? false),
    description: field.description,
    deprecationReason: field.required ? undefined : field.deprecated,
    ...(field.default !== undefined && { defaultValue: field.default }),
    ...(field.isDefaultPlanned && { extensions: { isDefaultPlanned: true } }),
  }
}

function toTypeParameter(type: TypeName, refOf: RefOf): unknown {
  return typeof type === 'string' ? refOf(type) : [toTypeParameter(type[0], refOf)]
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
