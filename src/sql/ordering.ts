import type { Given } from '../plan/open-value.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { type OrderedAs, orderings as orderedAs } from '../template/field-types/orderings.ts'
import type { Json } from '../template/json.ts'
import type { Field } from '../template/model.ts'
import { type OrderingSql, orderings } from './orderings.ts'
import { literal, type Sql, sql, trusted } from './sql.ts'

/** The ordering of a field. Validation guarantees that it has one. */
export function orderingOf(field: Field): OrderingSql {
  return orderings[orderingNameOf(field)]
}

function orderingNameOf(field: Field) {
  const { ordering } = fieldTypes[field.type]
  if (!ordering || field.list) throw new Error(`"${field.name}" has no order`)
  return ordering
}

/**
 * An expression over a document that orders like the field's type; null if the value is absent or has another type
 * (it may come from an earlier form of the template). Indexes use exactly the same expression.
 *
 * A number: `(case when jsonb_typeof(document->'f') = 'number' then (document->>'f')::numeric end)`
 */
export function compileOrdering(field: Field, document: Sql): Sql {
  const name = literal(field.attribute)
  return orderingOf(field).expression({ json: sql`${document}->${name}`, text: sql`(${document}->>${name})` }, field)
}

/** A time in UTC on the other side of a comparison with `compileOrdering`; also orders among dates, as the beginnings of their days. */
export function orderedTime(inUtc: Sql): Sql {
  return sql`to_char(${inUtc}, 'YYYY-MM-DD"T"HH24:MI:SS.US') collate "C"`
}

/** A stored value on the other side of a comparison with `compileOrdering`. */
export function compileOrderingValue(field: Field, value: Given<Json>): Sql {
  return orderingOf(field).parameter(value, field)
}

/** Stored values, any of which may be equal: `any($1::text[])`. */
export function compileOrderingValues(field: Field, values: readonly Json[]): Sql {
  return orderingOf(field).array(values, field)
}

const castTypes: Readonly<Record<OrderedAs, Sql>> = {
  text: trusted('text'),
  numeric: trusted('numeric'),
  boolean: trusted('boolean'),
  int: trusted('int'),
}

/** A cursor's value: the text of a value of `compileOrdering`. */
export function compileOrderingText(field: Field, text: string): Sql {
  return sql`cast(${text} as ${castTypes[orderedAs[orderingNameOf(field)]]})`
}

/** Converts a value of `compileOrdering` back to the form in which the field is returned. */
export function compileOrderingOutput(field: Field, value: Sql): Sql {
  return orderingOf(field).output(value, field)
}
