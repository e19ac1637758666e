import { stringify } from 'csv-stringify/sync'
import { defaultColumns, printCell, readColumn } from '../arguments/parse-columns.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'

/** RFC 4180 with a line of names. Text that a spreadsheet would run as a formula gets a leading apostrophe. */
export function createCsvWriter({
  template,
  columns = defaultColumns(template),
  writeOut,
}: WriterContext): ObjectWriter {
  const cellOf = (value: ReturnType<typeof readColumn>) => (typeof value === 'number' ? value : printCell(value))
  const print = (rows: readonly (readonly (string | number)[])[]): string =>
    stringify(
      rows.map((row) => [...row]),
      { escape_formulas: true },
    )
  let isFirst = true
  const writeNames = () => {
    if (isFirst) writeOut(print([columns]))
    isFirst = false
  }
  return {
    write(objects) {
      writeNames()
      writeOut(print(objects.map((object) => columns.map((column) => cellOf(readColumn(object, column))))))
    },
    end: writeNames,
  }
}
