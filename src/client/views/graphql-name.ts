import type { DescribedField, DescribedTemplate } from './described-template.ts'

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** The name in GraphQL of a member of an enum; a text that is none stays. */
function memberNameOf(text: string, { values, graphqlValues }: DescribedField): string {
  return graphqlValues[values.indexOf(text)] ?? text
}

/** The member of an enum that has this name in GraphQL. */
export function memberNamed(name: string, { values, graphqlValues }: DescribedField): string {
  return values[graphqlValues.indexOf(name)] ?? name
}

/** A selected value of an object with the names that its members and those of enums have in files. */
export function toOwnValue(value: unknown, field: DescribedField): unknown {
  if (Array.isArray(value)) return value.map((item) => toOwnValue(item, field))
  if (field.type === 'enum') return typeof value === 'string' ? memberNamed(value, field) : value
  if (field.type !== 'object' || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const member = field.fields?.find((one) => one.graphqlName === name)
      return member ? [member.name, toOwnValue(inner, member)] : [name, inner]
    }),
  )
}

/** A value as GraphQL takes it for the field: members of enums and of objects by their names there. */
export function toGraphqlValue(value: Json, field: DescribedField): Json {
  if (Array.isArray(value)) return value.map((item: Json) => toGraphqlValue(item, field))
  if (field.type === 'enum') return typeof value === 'string' ? memberNameOf(value, field) : value
  if (field.type !== 'object' || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, Json>>).map(([name, inner]) => {
      const member = field.fields?.find((one) => one.name === name)
      return member ? [member.graphqlName, toGraphqlValue(inner, member)] : [name, inner]
    }),
  )
}

/** A field as a value of an enum of fields, such as `RoleField`. */
export function fieldValueOf({ graphqlName }: DescribedField): string {
  return literals.has(graphqlName) ? `_${graphqlName}` : graphqlName
}

const literals: ReadonlySet<string> = new Set(['true', 'false', 'null'])

/** The root field of a template's matrix: `roleMatrix`. */
export function matrixFieldOf({ name }: DescribedTemplate): string {
  const [first = '', ...others] = name.split('_')
  return `${first}${others.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Matrix`
}
