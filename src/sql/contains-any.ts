import { fieldTypes } from '../template/field-types/field-types.ts'
import type { Json } from '../template/json.ts'
import type { Field } from '../template/model.ts'
import { type Sql, sql } from './sql.ts'
import { document } from './value-place.ts'

/** PostgreSQL looks a value up in longer lists by its hash, which it can for equality and not for containment. */
export const hashedLength = 9

/** Planning, and looking at what the index finds, cost more with each value; for more of them a scan is no slower. */
const mostIndexed = 100

/** Whether the field's value, or each item of its list, is a scalar, of which containment is equality: what has an order is one. */
export function holdsScalars({ type }: Field): boolean {
  return fieldTypes[type].ordering !== undefined
}

/** The document contains one of these: `o1.document @> any('{…}')`, by the index on documents. */
export function containsAny(wholes: readonly Json[], row: string): Sql {
  return sql`${document(row)} @> any(${wholes.map((whole) => JSON.stringify(whole))}::jsonb[])`
}

/** `exact` of a list of values, with the containment that it implies where the index serves that. */
export function exactly(exact: Sql, wholes: readonly Json[] | undefined, row: string): Sql {
  if (!wholes || wholes.length > mostIndexed) return exact
  // The quicker of the two comes first: behind a negation they are evaluated as they stand.
  return sql`(${exact} and ${containsAny(wholes, row)})`
}
