import type { Json } from '../arguments/parse-value.ts'

/**
 * A scalar that is one text where a template asks for text, and another value where no template says anything: the JSON
 * number `20.10`, YAML's `True`.
 */
export class WrittenScalar {
  /** As it stands in the file. */
  readonly text: string
  /** What it is in a field of type `json` and in an additional attribute. */
  readonly untyped: Json
  constructor(text: string, untyped: Json) {
    this.text = text
    this.untyped = untyped
  }
}

/**
 * A value as a file or the command line has it, before a template gives it a type. Every format is read into this form,
 * so that the same value becomes the same object. Objects may have any own attribute, including `__proto__`.
 */
export type Written = null | boolean | string | WrittenScalar | readonly Written[] | WrittenObject
export interface WrittenObject {
  readonly [name: string]: Written
}

export function isWrittenList(value: Written): value is readonly Written[] {
  return Array.isArray(value)
}

export function isWrittenObject(value: Written): value is WrittenObject {
  return typeof value === 'object' && value !== null && !isWrittenList(value) && !(value instanceof WrittenScalar)
}

/** The text of a scalar, as it is written; undefined for null, a list or an object. */
export function textOf(value: Written): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  return value instanceof WrittenScalar ? value.text : undefined
}

/** The value where no template says what it is: in a field of type `json`, or an additional attribute. */
export function toUntyped(value: Written): Json {
  if (value instanceof WrittenScalar) return value.untyped
  if (isWrittenList(value)) return value.map(toUntyped)
  if (!isWrittenObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toUntyped(one)]))
}
