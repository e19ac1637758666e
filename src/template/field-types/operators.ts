/** An operator of `where`, whatever the database makes of it. */
interface Operator {
  /**
   * What stands behind it: a value of the field's type, one that has an order, several of them, an item of the field's
   * list, several of them, a text, or true or false.
   */
  readonly takes: 'value' | 'ordered' | 'values' | 'item' | 'items' | 'text' | 'boolean'
  readonly description: string
  /** It holds of every object where it is given an empty list. */
  readonly holdsOfNone?: true
}

const table = {
  equals: { takes: 'value', description: 'Is this value' },
  not: { takes: 'value', description: 'Is not this value; also matches absent values' },
  in: { takes: 'values', description: 'Is one of these values' },
  notIn: { takes: 'values', description: 'Is none of these values; also matches absent values', holdsOfNone: true },
  lt: { takes: 'ordered', description: 'Is less than this value' },
  lte: { takes: 'ordered', description: 'Is this value or less' },
  gt: { takes: 'ordered', description: 'Is greater than this value' },
  gte: { takes: 'ordered', description: 'Is this value or greater' },
  contains: { takes: 'text', description: 'Contains this text' },
  startsWith: { takes: 'text', description: 'Starts with this text' },
  endsWith: { takes: 'text', description: 'Ends with this text' },
  isNull: { takes: 'boolean', description: 'Is absent (true) or present (false)' },
  has: { takes: 'item', description: 'Contains this value' },
  hasSome: { takes: 'items', description: 'Contains at least one of these values' },
  hasEvery: { takes: 'items', description: 'Contains all of these values', holdsOfNone: true },
  isEmpty: {
    takes: 'boolean',
    description: 'Is a list without items (true) or with items (false); an absent list matches neither',
  },
} as const satisfies Readonly<Record<string, Operator>>

export type OperatorName = keyof typeof table

/** Every operator. A new one is a line here, its name in the field types that have it, and its SQL in `sql/operators.ts`. */
export const operators: Readonly<Record<OperatorName, Operator>> = table
