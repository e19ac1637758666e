import type { Json } from '../json.ts'
import { quote } from '../quote.ts'
import { ValueError } from './field-type.ts'
import { parseText } from './parse-text.ts'

/** PostgreSQL can store deeper JSON, but programs that read it fail. */
const deepest = 64

/**
 * JSON that can be stored and returned unchanged. `__proto__` and the like are ordinary attributes.
 * Throws `ValueError` for values that JSON or PostgreSQL cannot hold.
 */
export function parseJson(value: unknown): Json {
  return parse(value, parseExactNumber, 1)
}

/** The same of what another registry has stored. Its large numbers are those of a `float`, and have not been rounded. */
export function parseStoredJson(value: unknown): Json {
  return parse(value, parseNumber, 1)
}

function parse(value: unknown, toNumber: (value: number) => number, depth: number): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return parseText(value)
  if (typeof value === 'number') return toNumber(value)
  if (depth > deepest) throw new ValueError(`the JSON is nested deeper than ${deepest} levels`, 'TOO_DEEP')
  if (Array.isArray(value)) return value.map((item) => parse(item, toNumber, depth + 1))
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [parseText(name), parse(item, toNumber, depth + 1)]),
    )
  }
  throw new ValueError(`${quote(value)} is not JSON`)
}

function parseExactNumber(value: number): number {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new ValueError(`${value} may have been rounded in transit; write it as a text`)
  }
  return parseNumber(value)
}

function parseNumber(value: number): number {
  if (!Number.isFinite(value)) throw new ValueError(`${value} is not a number that JSON can hold`)
  return value === 0 ? 0 : value
}
