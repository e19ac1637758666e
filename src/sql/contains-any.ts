import { fieldTypes } from '../template/field-types/field-types.ts'
import type { Json } from '../template/json.ts'
import type { Field } from '../template/model.ts'
import { type Sql, sql } from './sql.ts'
import { document } from './stored-document.ts'

/** PostgreSQL looks values up in lists of at least this length by hash, which works for equality but not for containment. */
export const hashedLength = 9

/** Planning and checking the rows of the index cost more with each value; with more values than this, a scan is no slower. */
const mostIndexed = 100

/** Whether the field's value, or each item of its list, is a scalar, so that containment means equality. Types with an order are scalars. */
export function holdsScalars({ type }: Field): boolean {
  return fieldTypes[type].ordering !== undefined
}

/** The document contains one of these: `o1.document @> any('{…}')`, by the index on documents. */
export function containsAny(wholes: readonly Json[], row: string): Sql {
  return sql`${document(row)} @> any(${wholes.map((whole) => JSON.stringify(whole))}::jsonb[])`
}

/** `exact` for a list of values, together with the containment that it implies, if the index can be used for that. */
export function exactly(exact: Sql, wholes: readonly Json[] | undefined, row: string): Sql {
  if (!wholes || wholes.length > mostIndexed) return exact
  // The faster of the two comes first: inside a negation they are evaluated in this order.
  return sql`(${exact} and ${containsAny(wholes, row)})`
}
