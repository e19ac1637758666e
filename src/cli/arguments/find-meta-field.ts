import { metaFields } from '../../template/meta-fields.ts'
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

/** The field of this name, written as `update_time` or `updateTime`. */
export function findMetaField(name = ''): TemplateField {
  const names = Object.keys(metaNames) as MetaName[]
  const found = names.find((one) => one === name || metaNames[one] === name)
  if (found) return { ...plainField, name: metaNames[found], type: metaFields[metaNames[found]].type }
  throw createUsageError(
    `_meta has no field ${JSON.stringify(name)}.${suggest(name, names)}\nIts fields are: ${names.join(', ')}`,
  )
}
