/**
 * How values are compared and ordered, and as which type of the database: as text by code point, as points in time, naturally
 * (versions), as numbers (`digits` are those stored as text), as booleans, by rank (an enum's members in their
 * order), or by length. The stored texts of dates and uuids order correctly as text. `sql/orderings.ts` has the SQL of each.
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
