import { createUsageError } from '../cli-error.ts'
import type { Json } from './parse-value.ts'

/** Parses a JSON text written by hand. Throws `SyntaxError`, or `RangeError` for a number that is too large. */
export function parseJsonText(text: string): Json {
  const value = JSON.parse(text) as Json
  // JSON.parse turns 1e400 into Infinity, which would be sent as null and clear the field.
  if (/\de\+?\d{3}|\d{300}/i.test(text) && !isFiniteThroughout(value)) throw new RangeError('a number is too large')
  return value
}

/** Parses an option's value that begins like JSON. Throws a usage error that names the option. */
export function parseJsonOption(option: string, text: string): Json {
  try {
    return parseJsonText(text)
  } catch (error) {
    throw createUsageError(`${option} begins like JSON but is not valid JSON: ${(error as Error).message}`)
  }
}

function isFiniteThroughout(value: Json): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isFiniteThroughout)
}
