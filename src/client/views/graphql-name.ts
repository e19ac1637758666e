import type { DescribedField, DescribedTemplate } from './described-template.ts'

/** A field's or member's name in GraphQL, which has letters, digits and `_` only. */
export function graphqlNameOf(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_')
}

/** A member of an enum in GraphQL, which does not begin with a digit or two `_`, and is no literal. */
export function memberNameOf(text: string): string {
  const name = graphqlNameOf(text).replace(/^_(?=_)/, '')
  if (/^\d/.test(name)) return `_${name}`
  return literals.has(name) ? `${name}_` : name
}

/** A field as a value of an enum of fields, such as `RoleField`. */
export function fieldValueOf({ name }: DescribedField): string {
  return literals.has(name) ? `_${name}` : graphqlNameOf(name)
}

const literals: ReadonlySet<string> = new Set(['true', 'false', 'null'])

/** The root field of a template's matrix: `roleMatrix`. */
export function matrixFieldOf({ name }: DescribedTemplate): string {
  const [first = '', ...others] = name.split('_')
  return `${first}${others.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Matrix`
}
