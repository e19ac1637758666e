import { createRow, type ImportRow } from './import-row.ts'
import type { Json } from './parse-value.ts'
import type { TextPiece } from './split-text.ts'

/** A JSON text as a row. */
export function readJsonRow({ line, text }: TextPiece): ImportRow {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { line, error: `this is not JSON: ${(error as Error).message}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, error: `an object such as {"name": "a"} is expected here, not ${text.slice(0, 40)}` }
  }
  // JSON.parse makes Infinity of 1e400, which would go out as null, which clears.
  if (/\de\+?\d{3}/i.test(text) && !isFiniteThroughout(value)) return { line, error: 'a number here is too large' }
  return createRow(line, value as Readonly<Record<string, Json>>, text.length)
}

function isFiniteThroughout(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isFiniteThroughout)
}
