import type { ImportRow } from './import-row.ts'
import { TextReadError } from './text-read-error.ts'

/** So many rows in which no object is found are enough to know that a text is no JSON. */
const enough = 500

/**
 * The rows of a text of which nobody has said that it is JSON. Where it has no object, each word of it would be an error: then it
 * throws a `TextReadError` for the first of them alone.
 */
export async function* expectJson(rows: AsyncIterable<ImportRow>): AsyncGenerator<ImportRow> {
  const wrong: (ImportRow & { readonly error: string })[] = []
  let hasObject = false
  for await (const row of rows) {
    if (!hasObject && row.error !== undefined) {
      if (wrong.push(row) === enough) break
      continue
    }
    if (!hasObject) yield* wrong
    hasObject = true
    yield row
  }
  const [first] = wrong
  if (!hasObject && first) throw new TextReadError(first.line, first.error)
}
