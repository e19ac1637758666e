import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import { type MetaName, metaNames } from '../connection/meta-names.ts'
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

/** The fields of `_meta` and their types. */
const types = {
  create_time: 'datetime',
  update_time: 'datetime',
  version: 'int',
  uuid: 'uuid',
  created_by: 'string',
  updated_by: 'string',
} as const satisfies Record<MetaName, string>

/** The field of this name, written as `update_time` or `updateTime`. */
export function findMetaField(name = ''): TemplateField {
  const names = Object.keys(types) as MetaName[]
  const found = names.find((one) => one === name || metaNames[one] === name)
  if (found) return { ...plainField, name: metaNames[found], type: types[found] }
  throw createUsageError(
    `_meta has no field ${JSON.stringify(name)}.${suggest(name, names)}\nIts fields are: ${names.join(', ')}`,
  )
}
