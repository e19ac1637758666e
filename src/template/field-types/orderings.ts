/**
 * How values are compared and ordered, and as what by the database: as text by code point, as moments, naturally
 * (versions), as numbers (`digits` are those that are stored as text), as booleans, by rank (an enum's members in their
 * order), or by length. Dates and uuids have a stored form whose text orders as they do. `sql/orderings.ts` has the SQL of each.
 */
export const orderings = {
  text: 'text',
  instant: 'text',
  version: 'text',
  integer: 'numeric',
  digits: 'numeric',
  float: 'numeric',
  boolean: 'boolean',
  rank: 'int',
  duration: 'numeric',
} as const satisfies Readonly<Record<string, 'text' | 'numeric' | 'boolean' | 'int'>>

export type Ordering = keyof typeof orderings

/** The types of PostgreSQL by which values order. */
export type OrderedAs = (typeof orderings)[Ordering]
