/**
 * The value of a variable stays open in a plan, so that one plan serves every value. If the plan itself depends on the
 * value (the size of a page, the length of a list), the value is settled: the plan then serves only that value.
 */

import type { CallerValues } from './rights.ts'

/** The values that fill open places when an operation runs. */
export interface Binding {
  readonly variables: Readonly<Record<string, unknown>>
  /** The time of the request, which relative times such as `now-7d` start from. */
  readonly now: Date
  /** What conditions of roles compare with. */
  readonly caller: CallerValues
  /** The time as of which a read of the past reads, in its stored form. */
  readonly at?: string
  /** The earlier time that it compares with, if it does. */
  readonly from?: string
  /** Values for the places of a statement that the program itself defines. */
  readonly parts?: readonly unknown[]
}

/** A value that is known when the operation runs. */
export class OpenValue {
  /** Returns the value; throws if it is invalid. */
  readonly bind: (binding: Binding) => unknown
  /** Returns the value of the request being planned. The plan then serves only this value. */
  readonly settle: () => unknown

  constructor(bind: (binding: Binding) => unknown, settle: () => unknown) {
    this.bind = bind
    this.settle = settle
  }

  /** Throws: it would put the value of one request into a plan that serves all. */
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

/** The value itself, or the one that the binding fills its place with. */
export function bindValue<Value>(value: Given<Value>, binding: Binding): Value {
  return isOpen(value) ? (value.bind(binding) as Value) : value
}

/** The value itself, with all open values in lists and objects settled. */
export function settle(value: unknown): unknown {
  return isOpen(value) ? value.settle() : mapInside(value, settle)
}

/** A result computed from a value; open if the value is open. */
export function derive<Value, Result>(value: Given<Value>, toResult: (value: Value) => Result): Result | OpenValue {
  if (!isOpen(value)) return toResult(value)
  return new OpenValue(
    (binding) => toResult(value.bind(binding) as Value),
    () => toResult(value.settle() as Value),
  )
}

/** Turns a list or an object with open places into one open value; returns any other value as it is. */
export function gather(value: unknown): unknown {
  if (isOpen(value) || !hasOpen(value)) return value
  return new OpenValue(
    (binding) => fill(value, binding),
    () => settle(value),
  )
}

/**
 * A result that may depend on the time of the request: open if the value is open, or if `isRelative` says that it does.
 *
 * @param moment the time of the request being planned
 */
export function deriveAt<Value, Result>(
  value: Given<Value>,
  isRelative: (value: Value) => boolean,
  moment: () => Date,
  toResult: (value: Value, moment: () => Date) => Result,
): Result | OpenValue {
  if (isOpen(value)) {
    return new OpenValue(
      (binding) => toResult(value.bind(binding) as Value, () => binding.now),
      () => toResult(value.settle() as Value, moment),
    )
  }
  if (!isRelative(value)) return toResult(value, moment)
  return new OpenValue(
    (binding) => toResult(value, () => binding.now),
    () => toResult(value, moment),
  )
}

/** A result computed from several values; open if one of them is open. */
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
