/**
 * What a plan is made of where a variable stands: the place stays open, and the plan serves every value. Whatever the
 * plan itself depends on (the size of a page, the length of a list) is settled instead: the plan is then for that value.
 */

/** What open places are filled from when an operation runs. */
export interface Binding {
  readonly variables: Readonly<Record<string, unknown>>
  /** What a statement of this program's own gives its places. */
  readonly parts?: readonly unknown[]
}

/** A value that is known when the operation runs. */
export class OpenValue {
  /** Throws what is wrong with the value. */
  readonly bind: (binding: Binding) => unknown
  /** The value of the request that is being planned. The plan is then for this value alone. */
  readonly settle: () => unknown

  constructor(bind: (binding: Binding) => unknown, settle: () => unknown) {
    this.bind = bind
    this.settle = settle
  }

  /** Would put the value of one request into what serves them all. */
  toString(): never {
    throw new Error('an open value was read while planning')
  }

  toJSON(): never {
    return this.toString()
  }
}

/** The part of the binding at that place. */
export function openPart(place: number): OpenValue {
  return new OpenValue(
    ({ parts }) => parts?.[place],
    () => {
      throw new Error('a part is known only when its statement runs')
    },
  )
}

/** A value, or the open place of one. */
export type Given<Value> = Value | OpenValue

export function isOpen(value: unknown): value is OpenValue {
  return value instanceof OpenValue
}

/** The value itself, all that is open inside lists and objects settled. */
export function settle(value: unknown): unknown {
  return isOpen(value) ? value.settle() : mapInside(value, settle)
}

/** What follows from a value; open where the value is. */
export function derive<Value, Result>(value: Given<Value>, toResult: (value: Value) => Result): Result | OpenValue {
  if (!isOpen(value)) return toResult(value)
  return new OpenValue(
    (binding) => toResult(value.bind(binding) as Value),
    () => toResult(value.settle() as Value),
  )
}

/** One open value of a list or an object with open places inside; any other value as it is. */
export function gather(value: unknown): unknown {
  if (isOpen(value) || !hasOpen(value)) return value
  return new OpenValue(
    (binding) => fill(value, binding),
    () => settle(value),
  )
}

/** What follows from several values together; open where one of them is. */
export function deriveAll<Value, Result>(
  values: readonly Given<Value>[],
  toResult: (values: readonly Value[]) => Result,
): Result | OpenValue {
  return derive(gather(values) as Given<readonly Value[]>, toResult)
}

/** The value with its open places filled. */
function fill(value: unknown, binding: Binding): unknown {
  return isOpen(value) ? value.bind(binding) : mapInside(value, (one) => fill(one, binding))
}

function hasOpen(value: unknown): boolean {
  if (isOpen(value)) return true
  if (Array.isArray(value)) return value.some(hasOpen)
  return typeof value === 'object' && value !== null && Object.values(value).some(hasOpen)
}

function mapInside(value: unknown, toResult: (value: unknown) => unknown): unknown {
  if (!hasOpen(value)) return value
  if (Array.isArray(value)) return value.map(toResult)
  return Object.fromEntries(Object.entries(value as object).map(([name, one]) => [name, toResult(one)]))
}
