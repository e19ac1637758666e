import type { ValuePlace } from '../plan/condition.ts'
import type { Given } from '../plan/open-value.ts'
import type { Json } from '../template/json.ts'
import type { Field } from '../template/model.ts'
import { metaColumn, metaValue, metaValues, plainMetaColumn } from './columns.ts'
import { foldCase } from './fold-case.ts'
import { compileOrdering, compileOrderingValue, compileOrderingValues } from './ordering.ts'
import { join, literal, type Sql, sql } from './sql.ts'
import { document, documentOf } from './stored-document.ts'

/** The stored side of a comparison, in the form in which the field's values are ordered. */
export function compileSide(place: ValuePlace, row: string): Sql {
  return place.meta ? metaColumn(place.meta, row) : compileOrdering(place.field, compileHolder(place, row))
}

export function compileOtherSide({ meta, field }: ValuePlace, value: Given<Json>): Sql {
  return meta ? metaValue(meta, value) : compileOrderingValue(field, value)
}

/** Any of some values: `any($1::text[])`. */
export function compileOtherSides({ meta, field }: ValuePlace, values: readonly Json[]): Sql {
  return meta ? sql`any(${metaValues(meta, values)})` : compileOrderingValues(field, values)
}

/** The names that lead to a value from the document, or from the item of a list. */
function namesOf({ at, field }: Pick<ValuePlace, 'at' | 'field'>): readonly string[] {
  return at ?? [field.attribute]
}

/** The jsonb value, null if it is absent: `o1.document->'spec'->'cpu'`, inside of json `o1.document->'extra' #> $1`. */
export function compileValue(place: ValuePlace, row: string): Sql {
  const value = compileIn(place, namesOf(place), row)
  return isInside(place) ? sql`(${value} #> ${[...(place.path ?? [])]}::text[])` : value
}

/** `o1.document->'spec'->'disks'` */
export function compileAt(at: readonly string[], row: string, filling?: Field): Sql {
  return join([filling ? documentOf(filling, row) : document(row), ...at.map(literal)], '->')
}

/** The object that has the value as an attribute: `o1.document->'spec'`. */
function compileHolder(place: ValuePlace, row: string): Sql {
  return compileIn(place, namesOf(place).slice(0, -1), row)
}

function compileIn({ at, field, filling }: ValuePlace, names: readonly string[], row: string): Sql {
  return compileAt(names, row, at ? filling : field)
}

/** The value as text, by code point, folded if case is ignored; for json, null unless it is a text. */
export function compileText(place: ValuePlace, row: string): Sql {
  const text = sql`(${plainText(place, row)} collate "C")`
  return place.isCaseless ? foldCase(text) : text
}

function plainText(place: ValuePlace, row: string): Sql {
  if (place.meta) return plainMetaColumn(place.meta, row)
  const name = namesOf(place).at(-1)
  if (place.field.type !== 'json' && name !== undefined) return sql`(${compileHolder(place, row)}->>${literal(name)})`
  return compileJsonText(compileValue(place, row))
}

/** The text in a jsonb value; null if the value is not a text. */
export function compileJsonText(value: Sql): Sql {
  return sql`(case when jsonb_typeof(${value}) = 'string' then ${value} #>> '{}' end)`
}

/** The items of a list as rows of one column; none if the value is not a list. */
export function compileItems(value: Sql): Sql {
  return sql`jsonb_array_elements(case when jsonb_typeof(${value}) = 'array' then ${value} end)`
}

export function isInside({ path }: ValuePlace): boolean {
  return path !== undefined && path.length > 0
}

/**
 * Whether only one form of document can have a value at that place, so that containment can find it. A `0` in a path inside
 * json is ambiguous: a name, or a position in a list. A field that older objects lack may read as a value that no document has.
 */
export function canNest({ path, field, filling }: ValuePlace): boolean {
  return !field.isFilling && !filling && path?.some((name) => /^\s*[+-]?\d/.test(name)) !== true
}

/** A document that has that value at that place, `{"spec": {"cpu": 4}}`. */
export function nest(place: ValuePlace, value: Json): Json {
  const names = [...namesOf(place), ...(place.path ?? [])]
  return names.reduceRight<Json>((inner, name) => ({ [name]: inner }), value)
}
