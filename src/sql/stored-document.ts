/**
 * The document of a row as a field sees it. A document may lack a new required field, which then reads as the field's `fill`;
 * and it may have a value under the attribute of a former type alone. If the field's type is only wider than that, it reads as such.
 */

import { widenedForm } from '../template/changes/widened-form.ts'
import type { Field, Fill, Template } from '../template/model.ts'
import { identifier, join, literal, type Sql, sql } from './sql.ts'

/** The document that has the field's value: `o1.document`, or `('{"stage": "test"}'::jsonb || o1.document)` until all objects are filled. */
export function documentOf(field: Field, row: string): Sql {
  return filled([field], row)
}

/** The document with the values of all fields that not all objects have been filled with. */
export function filledDocument(template: Template, row: string): Sql {
  return filled(template.fields, row)
}

/** The columns beside the document that this needs. */
export function columnsOfFill({ fill, isFilling }: Field): readonly string[] {
  if (!isFilling) return []
  return fill?.kind === 'creator' ? ['created_by'] : fill?.kind === 'uuid' ? ['uuid'] : []
}

/**
 * The whole document, with the values of all fields as they read, and without their other forms: those of former types, and those
 * of newer templates.
 */
export function wholeDocument(template: Template, row: string): Sql {
  const known = template.fields.map(({ attribute }) => literal(attribute))
  const hidden = [
    ...template.fields.flatMap((field) => field.formers),
    ...template.removed.flatMap((field) => [field, ...field.formers]),
  ].map(({ attribute }) => literal(attribute))
  const whole = sql`registry_known_forms(${filledDocument(template, row)}, array[${join(known, ', ')}])`
  return hidden.length > 0 ? sql`(${whole} - array[${join(hidden, ', ')}])` : whole
}

/** The value in the first of a field's former forms that there is; null unless it has only such a form. */
export function formerValue(field: Field, form: Field, row: string): Sql {
  const before = field.formers.slice(0, field.formers.indexOf(form))
  const others = [field, ...before].map((one) => literal(one.attribute))
  return sql`(case when not ${documentOf(field, row)} ?| array[${join(others, ', ')}] then ${document(row)}->${literal(form.attribute)} end)`
}

/** Whether the document has a value of the field, but only in the form of a former type. */
export function hasFormerOnly(field: Field, row: string): Sql {
  const attributes = join(
    field.formers.map((former) => literal(former.attribute)),
    ', ',
  )
  return sql`(not ${documentOf(field, row)} ? ${literal(field.attribute)} and ${document(row)} ?| array[${attributes}])`
}

export function document(row: string): Sql {
  return sql`${identifier(row)}.document`
}

function filled(fields: readonly Field[], row: string): Sql {
  const values = fields.flatMap((field) => [...filling(field, row), ...widening(field, document(row))])
  return values.length > 0 ? sql`(${join(values, ' || ')} || ${document(row)})` : document(row)
}

/** An object with the field's fill, or without, to be put below the document. */
function filling({ attribute, formers, fill, isFilling }: Field, row: string): Sql[] {
  if (!fill || !isFilling) return []
  const value = sql`jsonb_build_object(${literal(attribute)}, ${compileFill(attribute, fill, row)})`
  const others = formers.map((former) => literal(former.attribute))
  const isElsewhere = others.length > 0 ? [sql`${document(row)} ?| array[${join(others, ', ')}]`] : []
  // The creator may be unknown.
  const isNone = [...isElsewhere, ...(fill.kind === 'creator' ? [sql`${identifier(row)}.created_by is null`] : [])]
  return [isNone.length > 0 ? sql`case when ${join(isNone, ' or ')} then '{}' else ${value} end` : value]
}

/** An object with the value that the field has in a narrower form, or without, to be put below the document. */
function widening(field: Field, whole: Sql): Sql[] {
  const form = widenedForm(field)
  if (!form) return []
  const path = literal(`{${JSON.stringify(field.attribute)}}`)
  return [
    sql`coalesce(jsonb_set('{}', ${path}, ${widen(form, field, sql`${whole}->${literal(form.attribute)}`)}), '{}')`,
  ]
}

/** The document of an index that holds the field's values also of objects that have not been filled. Its functions are immutable, as an index needs. */
export function widenedDocument(field: Field): Sql | undefined {
  const [value] = widening(field, sql`document`)
  return value && sql`(${value} || document)`
}

/** A value of the narrower form as `registry_convert` gives it, but more quickly if it is no list. */
function widen(form: Field, { type, list }: Field, value: Sql): Sql {
  if (form.list) return sql`registry_convert(${value}, ${literal(JSON.stringify({ type, list }))})`
  const wide = type === 'bigint' ? sql`('"' || (${value})::text || '"')::jsonb` : value
  return sql`case when jsonb_typeof(${value}) = 'number' then ${wide} end`
}

/** The value as jsonb, null if there is none. `registry_in_step` gives the same value. Without a row, the columns need no alias. */
export function compileFill(attribute: string, fill: Fill, row?: string): Sql {
  const column = (name: string) => (row === undefined ? identifier(name) : sql`${identifier(row)}.${identifier(name)}`)
  switch (fill.kind) {
    case 'literal':
      return sql`${literal(JSON.stringify(fill.value))}::jsonb`
    case 'creator':
      return sql`to_jsonb(${column('created_by')})`
    case 'uuid':
      return sql`to_jsonb(md5(${column('uuid')}::text || ${literal(attribute)})::uuid)`
  }
}
