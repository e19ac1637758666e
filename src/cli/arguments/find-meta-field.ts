import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { TemplateField } from '../connection/template.ts'

const plainField = {
  list: false,
  required: false,
  key: false,
  description: null,
  deprecated: null,
  default: null,
  values: [],
  fields: [],
  to: null,
}
/** `_meta` itself, as the first part of a path. */
export const metaField: TemplateField = { ...plainField, name: '_meta', type: 'meta' }

/** The fields of `_meta`, by their names in GraphQL. */
const metaFields: readonly TemplateField[] = [
  { ...plainField, name: 'createTime', type: 'datetime' },
  { ...plainField, name: 'updateTime', type: 'datetime' },
  { ...plainField, name: 'version', type: 'int' },
  { ...plainField, name: 'uuid', type: 'uuid' },
  { ...plainField, name: 'createdBy', type: 'string' },
  { ...plainField, name: 'updatedBy', type: 'string' },
]

/** The field of this name, written as `update_time` or `updateTime`. */
export function findMetaField(name = ''): TemplateField {
  const camelCase = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const field = metaFields.find((one) => one.name === camelCase)
  if (field) return field
  const names = ['create_time', 'update_time', 'version', 'uuid', 'created_by', 'updated_by']
  throw createUsageError(
    `_meta has no field ${JSON.stringify(name)}.${suggest(name, names)}\nIts fields are: ${names.join(', ')}`,
  )
}
