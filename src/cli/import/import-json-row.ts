import { parseJsonText } from '../arguments/parse-json-text.ts'
import { type ImportRow, type Input, toInput } from './import-row.ts'
import type { TextPiece } from './split-text.ts'

/** A JSON text as a row. */
export function readJsonRow({ line, text }: TextPiece): ImportRow {
  let value: unknown
  try {
    value = parseJsonText(text)
  } catch (error) {
    if (error instanceof RangeError) return { line, error: 'a number here is too large' }
    return { line, error: `this is not JSON: ${(error as Error).message}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, error: `an object such as {"name": "a"} is expected here, not ${text.slice(0, 40)}` }
  }
  const { _template: name, ...rest } = value as Input
  if (name !== undefined && typeof name !== 'string') return { line, error: '_template is not the name of a template' }
  return { line, template: name, size: text.length, toInput: (template) => toInput(rest, template) }
}
