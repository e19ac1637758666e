import { bigintType } from './bigint.ts'
import { booleanType } from './boolean.ts'
import { dateType } from './date.ts'
import { datetimeType } from './datetime.ts'
import { durationType } from './duration.ts'
import { enumType } from './enum.ts'
import type { FieldType } from './field-type.ts'
import { floatType } from './float.ts'
import { intType } from './int.ts'
import { jsonType } from './json-type.ts'
import { objectType } from './object.ts'
import { referenceType } from './reference.ts'
import { stringType } from './string.ts'
import { uuidType } from './uuid.ts'
import { versionType } from './version.ts'

/** Every field type that a template can name. To add one, add a file in this folder, a line here and a fixture. */
export const fieldTypes = {
  string: stringType,
  int: intType,
  bigint: bigintType,
  float: floatType,
  boolean: booleanType,
  datetime: datetimeType,
  date: dateType,
  duration: durationType,
  uuid: uuidType,
  version: versionType,
  enum: enumType,
  json: jsonType,
  object: objectType,
  reference: referenceType,
} as const satisfies Readonly<Record<string, FieldType>>

export type FieldTypeName = keyof typeof fieldTypes
