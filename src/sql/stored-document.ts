/**
 * The document of a row as a field sees it. A document may lack a new required field, which then reads as the field's `fill`;
 * and it may have a value under the attribute of a former type alone. That may be one that is read as the field's own.
 */

import { formToRead } from '../template/changes/form-to-read.ts'
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
  const values = fields.flatMap((field) => [...filling(field, row), ...reading(field, document(row))])
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

/** An object with the value that the field has in a form that is read as its own, or without, to be put below the document. */
function reading(field: Field, whole: Sql): Sql[] {
  const form = formToRead(field)
  if (!form) return []
  const path = literal(`{${JSON.stringify(field.attribute)}}`)
  return [sql`coalesce(jsonb_set('{}', ${path}, ${readAs(field, sql`${whole}->${literal(form.attribute)}`)}), '{}')`]
}

/** The document of an index that holds the field's values also of objects that have not been filled. Its functions are immutable, as an index needs. */
export function indexedDocument(field: Field): Sql | undefined {
  const [value] = reading(field, sql`document`)
  return value && sql`(${value} || document)`
}

/** A value of the former form as `registry_convert` gives it, but more quickly, except for lists of numbers. */
function readAs(field: Field, value: Sql): Sql {
  const { type, list } = field
  if (type === 'object') return withNewMembers(field, value)
  if (list) return sql`registry_convert(${value}, ${literal(JSON.stringify({ type, list }))})`
  const number = type === 'bigint' ? sql`('"' || (${value})::text || '"')::jsonb` : value
  return sql`case when jsonb_typeof(${value}) = 'number' then ${number} end`
}

/**
 * An object, or each of a list, with the defaults of required members that it lacks. What these are inside of other members makes another form.
 *
 *     case when jsonb_typeof(o1.document->'spec') = 'object' then ('{"cpu": 4}'::jsonb || (o1.document->'spec')) end
 */
function withNewMembers({ members, list }: Field, value: Sql): Sql {
  const defaults = members.flatMap(({ attribute, required, default: fallback }) =>
    required && fallback?.kind === 'literal' ? [[attribute, fallback.value] as const] : [],
  )
  const filled = (object: Sql) => sql`(${literal(JSON.stringify(Object.fromEntries(defaults)))}::jsonb || (${object}))`
  if (!list) return sql`case when jsonb_typeof(${value}) = 'object' then ${filled(value)} end`
  const items = sql`jsonb_array_elements(${value}) with ordinality as item (value, place)`
  return sql`case when jsonb_typeof(${value}) = 'array' then (select coalesce(jsonb_agg(${filled(sql`item.value`)} order by item.place), '[]') from ${items}) end`
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
