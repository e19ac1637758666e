import { createUsageError } from '../cli-error.ts'
import { printInline } from '../output/print-safely.ts'
import { parseWrittenJson } from '../values/parse-written-json.ts'
import { toUntyped } from '../values/written.ts'
import type { Json } from './parse-value.ts'

/** Parses a JSON text written by hand; a whole number that would lose digits becomes its text. Throws `JsonTextError` or `RangeError`. */
export function parseJsonText(text: string): Json {
  return toUntyped(parseWrittenJson(text, { approx: true }))
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
