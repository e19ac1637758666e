import { createWriter, type Format } from '../output/create-writer.ts'
import type { ShownObject } from '../output/print-object.ts'

/** Prints versions or differences. */
export interface HistoryWriter {
  readonly write: (rows: readonly ShownObject[]) => void
  readonly end: () => void
}

/** A writer of these columns. Tables have no room for documents, and show rows as `toLine` makes them. */
export async function createHistoryWriter(
  output: Format,
  columns: { readonly short: readonly string[]; readonly documents: readonly string[] },
  toLine: (row: ShownObject) => ShownObject,
): Promise<HistoryWriter> {
  const isTable = output === 'table' || output === 'markdown'
  const shown = isTable ? columns.short : [...columns.short, ...columns.documents]
  const template = { name: 'history', fields: [] }
  const writer = await createWriter(output, { template, columns: shown, isSingle: false })
  return { write: (rows) => writer.write(isTable ? rows.map(toLine) : rows), end: () => writer.end() }
}
