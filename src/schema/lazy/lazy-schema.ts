import {
  type GraphQLAbstractType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  GraphQLSchema,
  introspectionTypes,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  printSchema,
} from 'graphql'
import { mapInTurns } from '../../map-in-turns.ts'
import { digestDefinitions } from './digest-definitions.ts'
import { createPothosTypes } from './pothos-types.ts'
import type { TypeDefinitions } from './type-definitions.ts'
import { usedTypesOf } from './used-types.ts'

/** A schema that names and prints itself. */
export interface PrintedSchema extends GraphQLSchema {
  /** Schemas that are printed differently have different digests. */
  readonly digest: string
  readonly print: () => Promise<string>
}

type Implementations = ReturnType<GraphQLSchema['getImplementations']>

/**
 * A schema that makes a type when an operation needs it. graphql-js's constructor asks each type for its fields at once, and with 500
 * templates these are 200,000 fields and arguments, of which a registry may use some hundred. It is taken as valid: templates
 * that would make it invalid are refused before.
 */
export class LazySchema extends GraphQLSchema implements PrintedSchema {
  readonly #definitions: TypeDefinitions
  readonly #typeOf: (name: string) => GraphQLNamedType | undefined
  readonly #implementations = new Map<string, Implementations>()
  #types: Record<string, GraphQLNamedType> | undefined
  #digest: string | undefined
  #making: Promise<void> | undefined

  constructor(definitions: TypeDefinitions, description: string) {
    super({ description, assumeValid: true })
    this.#definitions = definitions
    this.#typeOf = createPothosTypes(definitions)
  }

  get digest(): string {
    this.#digest ??= digestDefinitions(this.#definitions, this.description ?? '')
    return this.#digest
  }

  /** Makes all types, in turns. */
  makeAll(): Promise<void> {
    this.#making ??= this.#makeAll()
    return this.#making
  }

  /** The schema as text. Its types are made for that alone, in turns. */
  async print(): Promise<string> {
    const copy = new LazySchema(this.#definitions, this.description ?? '')
    await copy.makeAll()
    return printSchema(copy)
  }

  override getQueryType(): GraphQLObjectType | undefined {
    return this.#objectOf('Query')
  }

  override getMutationType(): GraphQLObjectType | undefined {
    return this.#objectOf('Mutation')
  }

  override getSubscriptionType(): GraphQLObjectType | undefined {
    return this.#objectOf('Subscription')
  }

  /** All names are there; a type is made when its attribute is read. */
  override getTypeMap(): Record<string, GraphQLNamedType> {
    this.#types ??= this.#collectTypes()
    return this.#types
  }

  /** Also a type that nothing uses: to leave these out, the fields of all others would have to be looked through. */
  override getType(name: string): GraphQLNamedType | undefined {
    return this.#definitions.has(name) ? this.#typeOf(name) : introspectionTypes.find((type) => type.name === name)
  }

  override getImplementations({ name }: GraphQLInterfaceType): Implementations {
    const known = this.#implementations.get(name)
    if (known) return known
    const objects = [...this.#definitions].flatMap(([object, definition]) =>
      definition.kind === 'object' && definition.interfaces.includes(name) ? (this.#objectOf(object) ?? []) : [],
    )
    const implementations = { objects, interfaces: [] }
    this.#implementations.set(name, implementations)
    return implementations
  }

  override isSubType(
    abstractType: GraphQLAbstractType,
    maybeSubType: GraphQLObjectType | GraphQLInterfaceType,
  ): boolean {
    return isInterfaceType(abstractType) && maybeSubType.getInterfaces().includes(abstractType)
  }

  async #makeAll(): Promise<void> {
    const types = this.getTypeMap()
    await mapInTurns(Object.keys(types), (name) => {
      const type = types[name]
      if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) type.getFields()
    })
    for (const root of [this.getQueryType(), this.getMutationType(), this.getSubscriptionType()]) {
      const fields = root?.getFields() ?? {}
      await mapInTurns(Object.keys(fields), (name) => fields[name])
    }
  }

  #objectOf(name: string): GraphQLObjectType | undefined {
    return this.#typeOf(name) as GraphQLObjectType | undefined
  }

  #collectTypes(): Record<string, GraphQLNamedType> {
    const types = Object.create(null) as Record<string, GraphQLNamedType>
    for (const name of usedTypesOf(this.#definitions))
      Object.defineProperty(types, name, { enumerable: true, get: () => this.#typeOf(name) })
    // Those of introspection.
    for (const [name, type] of Object.entries(super.getTypeMap())) if (!(name in types)) types[name] = type
    return types
  }
}
