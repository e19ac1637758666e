import { stringify } from 'csv-stringify/sync'
import { defaultColumns, printCell, readColumn } from '../arguments/parse-columns.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import { writeOut } from './terminal.ts'

/** RFC 4180 with a line of names. Text that a spreadsheet would run as a formula gets a leading apostrophe. */
export function createCsvWriter({ template, columns = defaultColumns(template) }: WriterContext): ObjectWriter {
  const cellOf = (value: ReturnType<typeof readColumn>) => (typeof value === 'number' ? value : printCell(value))
  let names = [columns]
  const writeRows = (rows: readonly (readonly (string | number)[])[]) => {
    writeOut(stringify([...names, ...rows], { escape_formulas: true }))
    names = []
  }
  return {
    write: (objects) => writeRows(objects.map((object) => columns.map((column) => cellOf(readColumn(object, column))))),
    end: () => writeRows([]),
  }
}
