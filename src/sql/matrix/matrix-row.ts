import { hasTextOperators } from '../../template/field-types/field-type.ts'
import { fieldTypes } from '../../template/field-types/field-types.ts'
import type { Field, Template } from '../../template/model.ts'
import { compileOrdering, orderingOf } from '../ordering.ts'
import { targetKey } from '../references.ts'
import { identifier, integer, literal, type Sql, sql } from '../sql.ts'
import { documentOf } from '../stored-document.ts'

/**
 * The `id` of an object's row in the matrix: the canonical key if the field is a reference, a text if its values are texts,
 * otherwise jsonb. Null if the object has no value.
 */
export function rowOf(field: Field, template: Template, row: string): Sql {
  const document = documentOf(field, row)
  if (field.reference) return targetKey(field, row)
  if (!isText(field)) return sql`(${document}->${literal(field.attribute)})`
  const text = sql`(${document}->>${literal(field.attribute)})`
  if (!hasUnicodeForms(field)) return sql`(${text} collate "C")`
  // Keys have texts in one Unicode form, documents in the given form. Only texts with non-ASCII characters need the key parsed.
  const place = integer(template.key.indexOf(field))
  return sql`((case when octet_length(${text}) = length(${text}) then ${text} else ${identifier(row)}.key::json->>${place} end) collate "C")`
}

/** The type of such a row. */
export function rowType(field: Field): Sql {
  return field.reference || isText(field) ? sql`text` : sql`jsonb`
}

/** The same for a value as jsonb. */
export function rowOfValue(field: Field, value: Sql): Sql {
  return isText(field) ? sql`((${value} #>> '{}') collate "C")` : value
}

/** The value of such a row as jsonb. */
export function valueOfRow(field: Field, row: Sql): Sql {
  return isText(field) ? sql`to_jsonb(${row})` : row
}

/** The expression that orders the rows; null if the jsonb `value` does not have the field's type. */
export function orderingOfValue(field: Field, value: Sql): Sql {
  return compileOrdering(field, sql`jsonb_build_object(${literal(field.attribute)}, ${value})`)
}

/** Whether one value in a key can be written in several Unicode forms. */
export function hasUnicodeForms(field: Field): boolean {
  return field.isKey && hasTextOperators(fieldTypes[field.type])
}

/** Whether values are stored as JSON's texts. */
export function isText(field: Field): boolean {
  return orderingOf(field).isText
}
