import { isSafeNumber, parse } from 'lossless-json'
import { type Written, WrittenScalar } from './written.ts'

/** A text that is no JSON, and the character at which it fails, counted from 0, if that is known. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError'
  readonly position: number | undefined
  constructor(message: string, position?: number) {
    super(message)
    this.position = position
  }
}

/** A JSON text with a value that cannot be sent: a number or a depth beyond all limits. */
class JsonRangeError extends RangeError {}

/**
 * Parses a JSON text and keeps its numbers as they are written. Where no template says otherwise, a number that would lose digits,
 * such as 2^53 + 1, is its text; with `approx`, a fraction may lose its last digits. Throws `JsonTextError`, also for a name that
 * an object has twice with different values, and `RangeError` for a number such as 1e400 and for thousands of levels.
 */
export function parseWrittenJson(text: string, exactness: { readonly approx: boolean } = { approx: false }): Written {
  const parseNumber = (digits: string) => {
    const number = Number(digits)
    if (!Number.isFinite(number)) throw new JsonRangeError('a number is too large')
    return new WrittenScalar(digits, isSafeNumber(digits, exactness) ? number : digits)
  }
  try {
    // The native parser is quick and says best what is wrong.
    JSON.parse(text)
  } catch (error) {
    throw new JsonTextError((error as Error).message)
  }
  try {
    return parse(text, null, {
      parseNumber,
      onDuplicateKey({ key, position }) {
        throw new JsonTextError(`${JSON.stringify(key)} is given twice`, position)
      },
    }) as Written
  } catch (error) {
    const isStackFull = error instanceof RangeError && !(error instanceof JsonRangeError)
    throw isStackFull ? new JsonRangeError('it is nested too deeply') : error
  }
}
