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

/** The columns beside the document that this needs. */
export function columnsOfFill({ fill, isFilling }: Field): readonly string[] {
  if (!isFilling) return []
  return fill?.kind === 'creator' ? ['created_by'] : fill?.kind === 'uuid' ? ['uuid'] : []
}

/**
 * The whole document, with the values of all fields as they read, and without other forms of values that have a present one: those of
 * former types, and those of newer templates.
 */
export function wholeDocument(template: Template, row: string): Sql {
  const fills = template.fields.flatMap(({ attribute, fill, isFilling }) =>
    fill && isFilling ? [[attribute, fill] as const] : [],
  )
  const formers = template.fields.flatMap((field) => field.formers.map((former) => [field, former] as const))
  const hidden = [...template.removed.map((field) => field.attribute), ...formers.map(([, former]) => former.attribute)]
  const known = template.fields.flatMap((field) => [field, ...field.formers].map(({ attribute }) => literal(attribute)))
  const all = fills.length > 0 ? filled(fills, row) : document(row)
  const whole = sql`registry_known_forms(${all}, array[${join(known, ', ')}])`
  if (hidden.length === 0) return whole
  const shown = sql`(${whole} - array[${join(hidden.map(literal), ', ')}])`
  if (formers.length === 0) return shown
  // What did not convert is shown as it is.
  const unconverted = template.fields
    .filter((field) => field.formers.length > 0)
    .map((field) => {
      const values = [field, ...field.formers].map(({ attribute }) => sql`${document(row)}->${literal(attribute)}`)
      return sql`${literal(field.attribute)}, coalesce(${join(values, ', ')})`
    })
  return sql`(${shown} || jsonb_strip_nulls(jsonb_build_object(${join(unconverted, ', ')})))`
}

/** Whether the document has a value of the field in the form of a former type. */
export function hasFormer({ formers }: Field, row: string): Sql {
  const attributes = join(
    formers.map((former) => literal(former.attribute)),
    ', ',
  )
  return sql`${document(row)} ?| array[${attributes}]`
}

export function document(row: string): Sql {
  return sql`${identifier(row)}.document`
}

function filled(fills: readonly (readonly [attribute: string, fill: Fill])[], row: string): Sql {
  const pairs = fills.map(([attribute, fill]) => sql`${literal(attribute)}, ${compileFill(attribute, fill, row)}`)
  return sql`(jsonb_strip_nulls(jsonb_build_object(${join(pairs, ', ')})) || ${document(row)})`
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
