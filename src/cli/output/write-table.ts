import { defaultColumns, printCell, readColumn } from '../arguments/parse-columns.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import { printTable } from './print-table.ts'

/** Columns for people. All objects are read first, to know how wide a column is. */
export function createTableWriter({ template, columns = defaultColumns(template) }: WriterContext): ObjectWriter {
  const rows: string[][] = []
  return {
    write(objects) {
      for (const object of objects) rows.push(columns.map((column) => printCell(readColumn(object, column))))
    },
    end: () =>
      printTable(
        columns.map((column) => column.toUpperCase()),
        rows,
      ),
  }
}
