import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { removeCsvMarks } from '../values/csv-marks.ts'
import { readCsvForm } from './csv-form.ts'
import type { ImportRow } from './import-row.ts'
import { TextReadError } from './text-read-error.ts'

/** A cell; undefined if nothing is written in it, whereas `""` is an empty text. */
type Cell = string | undefined
type Record = readonly Cell[]

const lineEnd = /\r\n|\r|\n/g

/**
 * The rows of a CSV text whose first line names the columns. Line ends may be mixed, the delimiter is found if it is not given.
 * A row that ends early has no value in the columns that are left; a row of separators is no row. Throws `TextReadError`.
 */
export async function* readCsvRows(
  chunks: AsyncIterable<string>,
  delimiter: string | undefined,
): AsyncGenerator<ImportRow> {
  const form = await readCsvForm(chunks, delimiter)
  const parser = parse({
    delimiter: form.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: 10_000_000,
    relax_column_count: true,
    // A quote in a cell without quotes is a character: 24" rack.
    relax_quotes: true,
    raw: true,
    cast: (text, { quoting }) => (quoting || text !== '' ? text : undefined),
  })
  // The parser throws what goes wrong before it.
  pipeline(form.rest, parser, () => undefined)
  let { line } = form
  let columns: readonly string[] | undefined
  try {
    for await (const { record, raw } of parser as AsyncIterable<{ record: Record; raw: string }>) {
      const isEmpty = record.every((cell) => cell === undefined || cell.trim() === '')
      if (!isEmpty) assertQuotes(record, raw, line)
      if (!isEmpty && columns) yield toRow(record, columns, line)
      else if (!isEmpty) columns = parseHeader(record, line)
      line += raw.match(lineEnd)?.length ?? 0
    }
  } catch (error) {
    if (error instanceof TextReadError) throw error
    throw new TextReadError(line, explain(error as Error & { readonly code?: string }))
  }
}

function parseHeader(record: Record, line: number): readonly string[] {
  const names = record.map((cell) => (cell ?? '').replace(/^\uFEFF/, '').trim())
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i)
  if (twice !== undefined) throw new TextReadError(line, `the column ${JSON.stringify(twice)} appears twice`)
  return names
}

function toRow(record: Record, columns: readonly string[], line: number): ImportRow {
  const isWritten = (cell: Cell) => (cell ?? '').trim() !== ''
  const beyond = record.findIndex((cell, i) => i >= columns.length && isWritten(cell))
  if (beyond >= 0) {
    const value = JSON.stringify(record[beyond]?.slice(0, 80))
    const error = `the value ${value} is in column ${beyond + 1}, but the header names only ${columns.length} columns; a cell with the delimiter in it needs quotes`
    return { line, error }
  }
  const cells: [string, string][] = []
  const nameless: number[] = []
  for (const [i, name] of columns.entries()) {
    const cell = record[i]
    if (name === '' && isWritten(cell)) nameless.push(i + 1)
    else if (name !== '' && cell !== undefined) cells.push([name, removeCsvMarks(cell)])
  }
  return { line, columns, nameless, values: Object.fromEntries(cells) }
}

/** Text beside the quotes of a cell, as in `"a "b" c"` or `a, "b"`, would be kept with the quotes. */
function assertQuotes(record: Record, raw: string, line: number): void {
  for (const cell of record) {
    if (!cell || !/^\s*"/.test(cell) || raw.includes(`"${cell.replaceAll('"', '""')}"`)) continue
    throw new TextReadError(
      line,
      `something stands beside the quotes of the cell ${cell.slice(0, 80)}; a quote inside quotes is written twice, and no space stands before them`,
    )
  }
}

function explain({ code, message }: { readonly code?: string; readonly message: string }): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote opens in this row and is not closed'
  if (code === 'CSV_MAX_RECORD_SIZE') return 'this row has more than 10000000 characters; a quote may be missing'
  return message
}
