import { createUsageError } from '../cli-error.ts'
import { printInline } from '../output/print-safely.ts'
import type { Json } from './parse-value.ts'

/** The registry takes less; what is much deeper cannot be printed as JSON again. */
const deepest = 1_000

/** Parses a JSON text written by hand. Throws `SyntaxError`, or `RangeError` for a number that is too large and for what is too deep. */
export function parseJsonText(text: string): Json {
  const value = JSON.parse(text) as Json
  assertSendable(value)
  return value
}

/** Parses an option's value that begins like JSON. Throws a usage error that names the option. */
export function parseJsonOption(option: string, text: string): Json {
  try {
    return parseJsonText(text)
  } catch (error) {
    const { message } = error as Error
    if (error instanceof RangeError) throw createUsageError(`${option}: ${message}.`)
    throw createUsageError(`${option} begins like JSON but is not valid JSON: ${printInline(message)}`)
  }
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
