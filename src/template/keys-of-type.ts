import type { FieldType } from './field-types/field-type.ts'
import { fieldTypes } from './field-types/field-types.ts'
import type { FieldConstraints, FieldTypeName } from './model.ts'

/** The field keys that only some types accept. Every type accepts all others. */
export type TypedKey =
  | 'values'
  | 'fields'
  | 'to'
  | 'reverse'
  | 'onMissing'
  | 'onDelete'
  | 'unique'
  | 'indexed'
  | 'convert'
  | keyof FieldConstraints

const isOfType = (name: FieldTypeName) => (type: FieldType) => type.name === name
const takesConstraint = (name: keyof FieldConstraints) => (type: FieldType) => type.constraints.includes(name)
/** Each value can be written as one text. */
const hasText = (type: FieldType) => type.name !== 'object' && type.name !== 'json'
const isOrdered = (type: FieldType) => type.ordering !== undefined

const goesWith: Readonly<Record<TypedKey, (type: FieldType) => boolean>> = {
  values: isOfType('enum'),
  fields: isOfType('object'),
  to: isOfType('reference'),
  reverse: isOfType('reference'),
  onMissing: isOfType('reference'),
  onDelete: isOfType('reference'),
  pattern: takesConstraint('pattern'),
  minLength: takesConstraint('minLength'),
  maxLength: takesConstraint('maxLength'),
  minimum: takesConstraint('minimum'),
  maximum: takesConstraint('maximum'),
  unique: isOrdered,
  indexed: isOrdered,
  convert: hasText,
}

/** The types that accept each of these keys. */
export const typesOfKey: ReadonlyMap<TypedKey, readonly FieldTypeName[]> = new Map(
  (Object.keys(goesWith) as TypedKey[]).map((key) => [
    key,
    Object.values(fieldTypes)
      .filter((type) => goesWith[key](type))
      .map((type) => type.name),
  ]),
)

/** The key that a type requires. */
export const keyNeededByType: ReadonlyMap<FieldTypeName, TypedKey> = new Map([
  ['enum', 'values'],
  ['object', 'fields'],
  ['reference', 'to'],
])
