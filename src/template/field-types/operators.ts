/** An operator of `where`, independent of its SQL. */
interface Operator {
  /**
   * Its operand: a value of the field's type, a value that has an order, several values, an item of the field's
   * list, several items, a text, a regular expression, or true or false.
   */
  readonly takes: 'value' | 'ordered' | 'values' | 'item' | 'items' | 'text' | 'pattern' | 'boolean'
  readonly description: string
  /** With an empty list, it matches every object. */
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
  matches: { takes: 'pattern', description: "Has a match of this regular expression, in RE2's syntax" },
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

/** Every operator. To add one, add a line here, its name in the field types that have it, and its SQL in `sql/operators.ts`. */
export const operators: Readonly<Record<OperatorName, Operator>> = table
