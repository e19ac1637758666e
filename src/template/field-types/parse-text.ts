import { quote } from '../quote.ts'
import { ValueError } from './field-type.ts'

/**
 * A text that PostgreSQL can store and return unchanged. It cannot store U+0000 in jsonb, and a lone
 * surrogate would silently become U+FFFD, which could make two different texts equal.
 */
export function parseText(value: unknown): string {
  if (typeof value !== 'string') throw new ValueError(`${quote(value)} is not a text`)
  if (value.includes('\u0000')) {
    throw new ValueError(`${quote(value)} contains the character U+0000, which cannot be stored`, 'NUL_CHARACTER')
  }
  if (!value.isWellFormed()) {
    throw new ValueError(
      `${quote(value)} contains half of a surrogate pair, which is not a character`,
      'NOT_WELL_FORMED',
    )
  }
  return value
}
