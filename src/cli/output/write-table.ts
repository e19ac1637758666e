import { defaultColumns, printCell, readColumn } from '../arguments/parse-columns.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import { printTable } from './print-table.ts'

/** Columns for people. All objects are read first, to find the width of each column. */
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
