/**
 * The document of a row as a field sees it. A document may lack a new required field, which then reads as the field's `fill`;
 * and it may have a value under the attribute of a former type alone.
 */

import type { Field, Fill, Template } from '../template/model.ts'
import { identifier, join, literal, type Sql, sql } from './sql.ts'

/** The document that has the field's value: `o1.document`, or `('{"stage": "test"}'::jsonb || o1.document)` until all objects are filled. */
export function documentOf({ attribute, fill, isFilling }: Field, row: string): Sql {
  return fill && isFilling ? filled([[attribute, fill]], row) : document(row)
}

/** The document with the values of all fields that not all objects have been filled with. */
export function filledDocument(template: Template, row: string): Sql {
  const fills = template.fields.flatMap(({ attribute, fill, isFilling }) =>
    fill && isFilling ? [[attribute, fill] as const] : [],
  )
  return fills.length > 0 ? filled(fills, row) : document(row)
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
  return sql`(case when not ${document(row)} ?| array[${join(others, ', ')}] then ${document(row)}->${literal(form.attribute)} end)`
}

/** Whether the document has a value of the field, but only in the form of a former type. */
export function hasFormerOnly({ attribute, formers }: Field, row: string): Sql {
  const attributes = join(
    formers.map((former) => literal(former.attribute)),
    ', ',
  )
  return sql`(not ${document(row)} ? ${literal(attribute)} and ${document(row)} ?| array[${attributes}])`
}

export function document(row: string): Sql {
  return sql`${identifier(row)}.document`
}

function filled(fills: readonly (readonly [attribute: string, fill: Fill])[], row: string): Sql {
  const values = fills.map(([attribute, fill]) => {
    const value = sql`jsonb_build_object(${literal(attribute)}, ${compileFill(attribute, fill, row)})`
    // The creator may be unknown.
    return fill.kind === 'creator'
      ? sql`case when ${identifier(row)}.created_by is null then '{}' else ${value} end`
      : value
  })
  return sql`(${join(values, ' || ')} || ${document(row)})`
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
