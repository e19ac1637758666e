import { isDeepStrictEqual } from 'node:util'
import type { Json, JsonObject } from '../json.ts'

/** A field whose value has changed; null stands for no value. */
export interface FieldChange extends JsonObject {
  readonly field: string
  readonly before: Json
  readonly after: Json
}

/** The differences of two documents, as `_document` shows them: those of these fields in their order, then all others by name. */
export function listChanges(before: JsonObject, after: JsonObject, order: readonly string[]): readonly FieldChange[] {
  const known = new Set(order)
  const others = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !known.has(name)).sort()
  return [...order, ...others].flatMap((field) => {
    const was = readValue(before, field)
    const is = readValue(after, field)
    return isDeepStrictEqual(was, is) ? [] : [{ field, before: was, after: is }]
  })
}

function readValue(document: JsonObject, name: string): Json {
  return Object.hasOwn(document, name) ? (document[name] ?? null) : null
}
