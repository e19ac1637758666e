import { unchanged } from './changes/unchanged.ts'
import type { Field, FieldTypeName } from './model.ts'

/** The fields of `_meta`, which every object has. They are like other fields, but are stored in columns. */
export const metaFields = {
  uuid: metaField('uuid', 'uuid'),
  version: metaField('version', 'int'),
  createTime: metaField('createTime', 'datetime'),
  updateTime: metaField('updateTime', 'datetime'),
  createdBy: metaField('createdBy', 'string'),
  updatedBy: metaField('updatedBy', 'string'),
  createdFor: metaField('createdFor', 'string'),
  updatedFor: metaField('updatedFor', 'string'),
} as const

export type MetaFieldName = keyof typeof metaFields

function metaField(name: string, type: FieldTypeName): Field {
  return {
    name,
    graphqlName: name,
    attribute: name,
    type,
    list: false,
    required: !/By$|For$/.test(name),
    isKey: false,
    description: undefined,
    deprecated: undefined,
    default: undefined,
    unique: false,
    indexed: false,
    constraints: {},
    values: [],
    members: [],
    reference: undefined,
    renamedFrom: [],
    ...unchanged,
  }
}
