import type { GraphQLScalarType, GraphQLTypeResolver } from 'graphql'
import type { RootAction } from '../root-action.ts'

/** A type by name: `'Role'`; in a list, `['Role']`. The items of a list are never null. */
export type TypeName = string | readonly [TypeName]

interface Described {
  readonly description?: string | undefined
  readonly deprecated?: string | undefined
}

/** A value of an enum. */
export interface EnumValue extends Described {
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

/** Fields by name, which may name types that are defined later. */
export type Fields<Field> = () => Readonly<Record<string, Field>>

/** What a type is made from when it is needed. */
export type TypeDefinition =
  | { readonly kind: 'scalar'; readonly scalar: GraphQLScalarType }
  | {
      readonly kind: 'enum'
      readonly description: string | undefined
      readonly values: Readonly<Record<string, EnumValue>>
    }
  | {
      readonly kind: 'input'
      readonly description: string | undefined
      /** Whether its entries are conditions. */
      readonly isFilter: boolean
      readonly fields: Fields<InputField>
    }
  | {
      readonly kind: 'interface'
      readonly description: string
      readonly resolveType: GraphQLTypeResolver<unknown, unknown>
      readonly fields: Fields<OutputField>
    }
  | {
      readonly kind: 'object'
      readonly description: string | undefined
      readonly interfaces: readonly string[]
      readonly fields: Fields<OutputField>
    }
  | { readonly kind: 'root'; readonly description: string; readonly fields: Fields<OutputField> }

/** The definitions of a schema's types by name; those of kind `root` are `Query`, `Mutation` and `Subscription`. */
export type TypeDefinitions = ReadonlyMap<string, TypeDefinition>
