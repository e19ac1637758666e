import type { RegistryTemplatesQuery } from '../generated/graphql.ts'

/** A field, as `templates` describes it. */
export interface DescribedField {
  /** As in the template's file, on the command line and in addresses. */
  readonly name: string
  /** Its name in GraphQL: the same, but with `_` for other characters than letters, digits and `_`. */
  readonly graphqlName: string
  /** One of string, int, bigint, float, boolean, datetime, date, duration, uuid, version, enum, json, object, reference. */
  readonly type: string
  readonly list: boolean
  readonly required?: boolean
  readonly key?: boolean
  readonly description?: string | null
  readonly deprecated?: string | null
  /** The members of an enum, as in the template's file, on the command line and in addresses. */
  readonly values: readonly string[]
  /** Their names in GraphQL, in the same order. */
  readonly graphqlValues: readonly string[]
  /** The members of an object. */
  readonly fields?: readonly DescribedField[]
  /** The template that a reference leads to. */
  readonly to?: string | null
}

/** A template, as `templates` describes it. */
export interface DescribedTemplate {
  readonly name: string
  /** The field of `Query` for many. */
  readonly plural: string
  /** The GraphQL type. */
  readonly type: string
  readonly description?: string | null
  readonly key: readonly string[]
  /** Whether objects may have attributes that are no fields. */
  readonly additionalFields: boolean
  readonly fields: readonly DescribedField[]
}

/** What an address asks for cannot be asked. The message says why, and what to write instead. */
export class ViewError extends Error {
  override readonly name = 'ViewError'
}

/** A GraphQL operation, ready to be sent. */
export interface Operation {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Everything that views are made of. Objects are described three levels deep. */
export const templatesDocument = /* GraphQL */ `
query RegistryTemplates {
  templates {
    name plural type description key additionalFields
    fields { ...DescribedField fields { ...DescribedField fields { ...DescribedField } } }
  }
}
fragment DescribedField on TemplateField { name graphqlName type list required key description deprecated values graphqlValues to }
`

/** The answer to `templatesDocument` as templates. */
export function toTemplates({ templates }: RegistryTemplatesQuery): readonly DescribedTemplate[] {
  return templates
}

/** The template of this name. Throws `ViewError`. */
export function findTemplate(templates: readonly DescribedTemplate[], name: string): DescribedTemplate {
  const template = templates.find((one) => one.name === name)
  if (template) return template
  const names = templates.map((one) => one.name).join(', ')
  // The registry passes over those that the caller may not read.
  throw new ViewError(`There is no template "${name}", or you may not read it. The registry has: ${names || 'none'}.`)
}

/** The template that a reference leads to. */
export function targetOf(field: DescribedField, templates: readonly DescribedTemplate[]): DescribedTemplate {
  return findTemplate(templates, field.to ?? '')
}

/** The fields of the key, in its order. */
export function keyFieldsOf(template: DescribedTemplate): readonly DescribedField[] {
  return template.key.flatMap((name) => template.fields.find((field) => field.name === name) ?? [])
}

/** The fields that can be the columns of a matrix: single references. */
export function matrixColumnsOf(template: DescribedTemplate): readonly DescribedField[] {
  return template.fields.filter(({ type, list }) => type === 'reference' && !list)
}

/** The fields that can be the rows of a matrix with these columns: those with an order, and other single references. */
export function matrixRowsOf(template: DescribedTemplate, columns?: DescribedField): readonly DescribedField[] {
  return template.fields.filter((field) => field !== columns && isOrdered(field))
}

/** Whether objects can be ordered by the field; a reference orders by its target's key. */
export function isOrdered({ type, list }: DescribedField): boolean {
  return !list && type !== 'json' && type !== 'object'
}
