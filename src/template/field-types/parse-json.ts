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
export function parseJson(value: unknown, depth = 1): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return parseText(value)
  if (typeof value === 'number') return parseNumber(value)
  if (depth > deepest) throw new ValueError(`the JSON is nested deeper than ${deepest} levels`, 'TOO_DEEP')
  if (Array.isArray(value)) return value.map((item) => parseJson(item, depth + 1))
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [parseText(name), parseJson(item, depth + 1)]),
    )
  }
  throw new ValueError(`${quote(value)} is not JSON`)
}

function parseNumber(value: number): number {
  if (!Number.isFinite(value)) throw new ValueError(`${value} is not a number that JSON can hold`)
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new ValueError(`${value} may have been rounded in transit; write it as a text`)
  }
  return value === 0 ? 0 : value
}
