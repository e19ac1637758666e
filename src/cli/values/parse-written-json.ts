import { isSafeNumber, parse } from 'lossless-json'
import type { Json } from '../arguments/parse-value.ts'
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

/** The registry takes less; what is much deeper cannot be printed as JSON again. */
const deepest = 1_000

/**
 * Parses a JSON text and keeps its numbers as they are written. Where no template says otherwise, a number that would lose digits,
 * such as 2^53 + 1, is its text; with `approx`, a fraction may lose its last digits. Throws `JsonTextError`, also for a name that
 * an object has twice with different values, and `RangeError` for a number such as 1e400 and for what is too deep.
 */
export function parseWrittenJson(text: string, exactness: { readonly approx: boolean } = { approx: false }): Written {
  let plain: Json
  try {
    // The native parser is quick and says best what is wrong.
    plain = JSON.parse(text) as Json
  } catch (error) {
    throw new JsonTextError((error as Error).message)
  }
  assertSendable(plain)
  if (hasPlainTokens(text, plain)) return toWritten(plain)
  return parse(text, null, {
    parseNumber: (digits) => new WrittenScalar(digits, isSafeNumber(digits, exactness) ? Number(digits) : digits),
    onDuplicateKey({ key, position }) {
      throw new JsonTextError(`${JSON.stringify(key)} is given twice`, position)
    },
  }) as Written
}

/** A text with what follows a name, or a number. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"(?<colon>\s*:)?|(?<number>-?\d[\d.eE+-]*)/g

/**
 * Whether the parsed JSON has everything that the text says: all numbers are written as they are printed, and no name is given twice.
 * Most texts are so; the other parser, which makes texts of single characters, then has nothing to add.
 */
function hasPlainTokens(text: string, plain: Json): boolean {
  let names = 0
  for (const { groups } of text.matchAll(tokens)) {
    if (groups?.['colon'] !== undefined) names++
    const number = groups?.['number']
    if (number !== undefined && String(Number(number)) !== number) return false
  }
  return names === countNames(plain)
}

function countNames(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner = Object.values(value) as Json[]
  return inner.reduce((sum: number, one) => sum + countNames(one), Array.isArray(value) ? 0 : inner.length)
}

function toWritten(value: Json): Written {
  if (typeof value === 'number') return new WrittenScalar(String(value), value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toWritten)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toWritten(one)]))
}

/** Level by level, since recursion would end where the stack does. */
function assertSendable(value: Json): void {
  let level: readonly Json[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw new RangeError(`it has more than ${deepest} levels of brackets inside each other`)
    // JSON.parse turns 1e400 into Infinity, which would be sent as null and clear the field.
    if (level.some((one) => typeof one === 'number' && !Number.isFinite(one)))
      throw new RangeError('a number is too large')
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? (Object.values(one) as Json[]) : []))
  }
}
