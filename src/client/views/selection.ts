import { type DescribedField, type DescribedTemplate, keyFieldsOf, targetOf } from './described-template.ts'
import { memberNamed, toOwnValue } from './graphql-name.ts'

/** An object as a view selects it. */
export interface SelectedObject {
  readonly _meta: SelectedMeta
  readonly [name: string]: unknown
}

export interface SelectedMeta {
  readonly uuid: string
  readonly version: number
  readonly createTime: string
  readonly updateTime: string
  readonly createdBy: string | null
  readonly updatedBy: string | null
  readonly createdFor: string | null
  readonly updatedFor: string | null
}

const metaSelection = '_meta { uuid version createTime updateTime createdBy updatedBy createdFor updatedFor }'

/** All fields of a template's objects: references by their keys, with the uuid to link to. */
export function selectFields(template: DescribedTemplate, templates: readonly DescribedTemplate[]): string {
  return [...template.fields.map((field) => selectField(field, templates)), metaSelection].join(' ')
}

/** The fields of the key: enough to name an object. */
export function selectKey(template: DescribedTemplate, templates: readonly DescribedTemplate[]): string {
  return keyFieldsOf(template)
    .map((field) => selectField(field, templates))
    .join(' ')
}

function selectField(field: DescribedField, templates: readonly DescribedTemplate[]): string {
  const name = field.graphqlName
  if (field.type === 'reference')
    return `${name} { ${selectKey(targetOf(field, templates), templates)} _meta { uuid } }`
  if (field.type !== 'object') return name
  // Deeper members than `templates` was asked for cannot be named.
  const members = (field.fields ?? []).filter((member) => member.type !== 'object' || (member.fields ?? []).length > 0)
  return `${name} { ${members.length > 0 ? members.map((member) => selectField(member, templates)).join(' ') : '__typename'} }`
}

/** A selected value as a text; empty for an absent one. */
export function printValue(value: unknown, field: DescribedField, templates: readonly DescribedTemplate[]): string {
  if (value === null || value === undefined) return ''
  if (field.list && Array.isArray(value))
    return value.map((item) => printValue(item, { ...field, list: false }, templates)).join(', ')
  switch (field.type) {
    case 'reference':
      return printKey(value as SelectedObject, targetOf(field, templates), templates)
    case 'enum':
      return memberNamed(String(value), field)
    case 'object':
    case 'json':
      return JSON.stringify(toOwnValue(value, field))
    default:
      return String(value)
  }
}

/** The key of a selected object as a text; several fields with ` · ` in between. */
export function printKey(
  object: Readonly<Record<string, unknown>>,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): string {
  return keyFieldsOf(template)
    .map((field) => printValue(object[field.graphqlName], field, templates))
    .join(' · ')
}

/** The key of a selected object as conditions and filters take it: a value, or an object where the key has several fields. */
export function keyOf(
  object: Readonly<Record<string, unknown>>,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): unknown {
  const parts = keyFieldsOf(template).map((field) => {
    const value = object[field.graphqlName]
    if (field.type === 'reference')
      return [field.name, keyOf(value as SelectedObject, targetOf(field, templates), templates)]
    return [field.name, field.type === 'enum' ? printValue(value, field, templates) : value]
  })
  return parts.length === 1 ? parts[0]?.[1] : Object.fromEntries(parts)
}
