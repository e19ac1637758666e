import type { Field, FieldTypeName } from './model.ts'

/** What the registry itself knows of every object, in `_meta`: fields as others, but for where they are stored. */
export const metaFields = {
  uuid: metaField('uuid', 'uuid'),
  version: metaField('version', 'int'),
  createTime: metaField('createTime', 'datetime'),
  updateTime: metaField('updateTime', 'datetime'),
  createdBy: metaField('createdBy', 'string'),
  updatedBy: metaField('updatedBy', 'string'),
} as const

export type MetaFieldName = keyof typeof metaFields

function metaField(name: string, type: FieldTypeName): Field {
  return {
    name,
    attribute: name,
    type,
    list: false,
    required: !name.endsWith('By'),
    isKey: false,
    description: undefined,
    deprecated: undefined,
    default: undefined,
    unique: false,
    indexed: false,
    indexes: [],
    constraints: {},
    values: [],
    members: [],
    reference: undefined,
  }
}
