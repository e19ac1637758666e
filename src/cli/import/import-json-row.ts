import { JsonTextError, parseWrittenJson } from '../values/parse-written-json.ts'
import { isWrittenObject, type Written } from '../values/written.ts'
import type { ImportRow } from './import-row.ts'
import type { TextPiece } from './split-text.ts'

/** A JSON text as a row; `name` is its name in the mapping that has it. */
export function readJsonRow({ line, text }: TextPiece, name?: string): ImportRow {
  let values: Written
  try {
    values = parseWrittenJson(text)
  } catch (error) {
    if (error instanceof RangeError) return { line, error: error.message }
    if (!(error instanceof JsonTextError)) throw error
    const { position, message } = error
    if (position !== undefined) return { line: line + text.slice(0, position).split('\n').length - 1, error: message }
    return { line, error: `this is not JSON: ${message}` }
  }
  // In a mapping, `web1: null` is an object that has nothing but its name.
  if (values === null && name !== undefined) values = {}
  if (!isWrittenObject(values))
    return { line, error: `an object such as {"name": "a"} is expected here, not ${text.slice(0, 40)}` }
  return { line, size: text.length, name, values }
}
