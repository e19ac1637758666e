/**
 * Pothos for types that are known only at run time. Its generics describe types written in code, but our types come
 * from templates. All casts that this needs are in this file.
 */

import SchemaBuilder from '@pothos/core'
import {
  type GraphQLInputType,
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  type GraphQLSchema,
  isInputObjectType,
} from 'graphql'
import type { RequestContext } from './request-context.ts'
import type { RootAction } from './root-action.ts'

/** A type by name: `'Role'`; in a list, `['Role']`. The items of a list are never null. */
export type TypeName = string | readonly [TypeName]

export interface OutputField {
  readonly type: TypeName
  readonly nullable?: boolean
  readonly description?: string | undefined
  readonly deprecated?: string | undefined
  readonly args?: Readonly<Record<string, InputField>>
  /** For a field of Query or Mutation: the executor runs it, and its value is then read like that of any field. */
  readonly action?: RootAction
  /** Default: `readByResponseKey`. */
  readonly resolve?: (parent: never) => unknown
}

export interface InputField {
  readonly type: TypeName
  readonly required?: boolean
  readonly description?: string | undefined
  readonly deprecated?: string | undefined
  readonly default?: unknown
}

interface EnumValue {
  readonly description?: string | undefined
  readonly deprecated?: string | undefined
}

type Fields<Field> = () => Readonly<Record<string, Field>>

export interface DynamicBuilder {
  readonly scalar: (scalar: GraphQLScalarType) => void
  readonly enumeration: (name: string, values: Readonly<Record<string, EnumValue>>, description?: string) => void
  readonly object: (
    name: string,
    options: { readonly description?: string | undefined; readonly interfaces?: readonly string[] },
    fields: Fields<OutputField>,
  ) => void
  readonly interface: (
    name: string,
    options: { readonly description: string; readonly resolveType: (value: unknown) => string },
    fields: Fields<OutputField>,
  ) => void
  readonly input: (
    name: string,
    options: { readonly description?: string | undefined },
    fields: Fields<InputField>,
  ) => void
  /** An input whose entries are conditions: see `isFilter`. */
  readonly filter: (name: string, fields: Fields<InputField>, description?: string) => void
  readonly query: (fields: Fields<OutputField>) => void
  readonly mutation: (fields: Fields<OutputField>) => void
  readonly build: () => GraphQLSchema
}

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
  readonly toSchema: (options: object) => GraphQLSchema
}

type FieldMap = Record<string, unknown>

export function createDynamicBuilder(): DynamicBuilder {
  const builder = new SchemaBuilder<{ Context: RequestContext }>({}) as unknown as LooseBuilder
  const outputFields = (fields: Fields<OutputField>) => (t: LooseFieldBuilder) =>
    mapValues(fields(), (field) => t.field(toOutputOptions(field, t)))
  const inputFields = (fields: Fields<InputField>) => (t: LooseFieldBuilder) =>
    mapValues(fields(), (field) => t.field(toInputOptions(field)))
  return {
    scalar: (scalar) => builder.addScalarType(scalar.name, scalar),
    enumeration: (name, values, description) =>
      builder.enumType(name, {
        description,
        values: mapValues(values, (value, key) => ({
          value: key,
          description: value.description,
          deprecationReason: value.deprecated,
        })),
      }),
    object: (name, options, fields) => builder.objectType(name, { ...options, fields: outputFields(fields) }),
    interface: (name, options, fields) => builder.interfaceType(name, { ...options, fields: outputFields(fields) }),
    input: (name, options, fields) => builder.inputType(name, { ...options, fields: inputFields(fields) }),
    filter: (name, fields, description) =>
      builder.inputType(name, { description, extensions: filterMark, fields: inputFields(fields) }),
    query: (fields) => builder.queryType({ fields: outputFields(fields) }),
    mutation: (fields) => builder.mutationType({ fields: outputFields(fields) }),
    build: () => builder.toSchema({ sortSchema: false }),
  }
}

const filterMark = Object.freeze({ isFilter: true })

/** Whether a type was defined as a filter. */
export function isFilter(type: GraphQLInputType): boolean {
  return isInputObjectType(type) && type.extensions['isFilter'] === true
}

function toOutputOptions(field: OutputField, t: LooseFieldBuilder): object {
  return {
    type: field.type,
    nullable:
      typeof field.type === 'string' ? (field.nullable ?? false) : { list: field.nullable ?? false, items: false },
    description: field.description,
    deprecationReason: field.deprecated,
    resolve: field.resolve ?? readByResponseKey,
    ...(field.action && { extensions: { action: field.action } }),
    ...(field.args && { args: mapValues(field.args, (arg) => t.arg(toInputOptions(arg))) }),
  }
}

/**
 * A field's value in the result of the statement. It is read by response key, because one field may be selected twice with
 * different arguments; and only from own attributes, because a field may have the name of a property of Object.prototype.
 */
function readByResponseKey(parent: object, _args: unknown, _context: unknown, { path }: GraphQLResolveInfo): unknown {
  return Object.hasOwn(parent, path.key) ? (parent as Readonly<Record<string, unknown>>)[path.key] : null
}

function toInputOptions(field: InputField): object {
  return {
    type: field.type,
    required: toRequired(field.type, field.required ?? false),
    description: field.description,
    deprecationReason: field.required ? undefined : field.deprecated,
    ...(field.default !== undefined && { defaultValue: field.default }),
  }
}

function toRequired(type: TypeName, required: boolean): unknown {
  return typeof type === 'string' ? required : { list: required, items: toRequired(type[0], true) }
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  toResult: (value: Value, key: string) => unknown,
): FieldMap {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, toResult(value, key)]))
}
