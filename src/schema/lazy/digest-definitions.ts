import { createHash } from 'node:crypto'
import type { EnumValue, InputField, OutputField, TypeDefinition, TypeDefinitions } from './type-definitions.ts'

/** A digest of all that a schema's printed form depends on, without making a type. */
export function digestDefinitions(definitions: TypeDefinitions, description: string): string {
  const hash = createHash('sha256').update(description)
  for (const [name, definition] of definitions) hash.update(JSON.stringify([name, partsOf(definition)]))
  return hash.digest('base64url')
}

function partsOf(definition: TypeDefinition): object {
  const { kind } = definition
  if (kind === 'scalar') {
    const { description, specifiedByURL } = definition.scalar
    return { kind, description, specifiedByURL }
  }
  const { description } = definition
  if (kind === 'enum') {
    const partsOfValue = ([name, one]: readonly [string, EnumValue]) => [name, one.description, one.deprecated]
    return { kind, description, values: Object.entries(definition.values).map(partsOfValue) }
  }
  const fields = Object.entries<InputField | OutputField>(definition.fields())
  const interfaces = kind === 'object' ? definition.interfaces : []
  return { kind, description, interfaces, fields: fields.map(([name, field]) => [name, partsOfField(field)]) }
}

function partsOfField(field: InputField & OutputField): object {
  const { type, description, deprecated, nullable, required, default: value, args = {} } = field
  const inner = Object.entries(args).map(([name, one]) => [name, partsOfField(one)])
  return { type, description, deprecated, nullable, required, value, args: inner }
}
