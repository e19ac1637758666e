import { stringify } from 'csv-stringify/sync'
import { additionalColumn, columnsOf, printCell, readAdditional, readColumn } from '../arguments/parse-columns.ts'
import type { Json } from '../arguments/parse-value.ts'
import { addCsvMarks } from '../values/csv-marks.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import { writeOut } from './terminal.ts'

/**
 * RFC 4180 with a line of names. An empty text is `""`, no value is nothing. Text that a spreadsheet would run as a formula, or that
 * the log of a CI service would obey, gets an apostrophe, which `import` takes away again. Additional attributes share a column: the names
 * of all are known only after the last page, and in a cell of its own each would be text for `import`.
 */
export function createCsvWriter({ template, columns: given }: WriterContext): ObjectWriter {
  const columns = given ?? [...columnsOf(template, []), ...(template.additionalFields ? [additionalColumn] : [])]
  const bigints = new Set(template.fields.filter(({ type }) => type === 'bigint').map(({ name }) => name))
  let names = [columns.map((column) => toCsvCell(column, { isNumber: false }))]
  const writeRows = (rows: readonly (readonly (string | number | null)[])[]) => {
    writeOut(printCsvRows([...names, ...rows]))
    names = []
  }
  return {
    write: (objects) =>
      writeRows(
        objects.map((object) =>
          columns.map((column) =>
            toCsvCell(column === additionalColumn ? readAdditional(object, template) : readColumn(object, column), {
              isNumber: bigints.has(column),
            }),
          ),
        ),
      ),
    end: () => writeRows([]),
  }
}

/** Rows as CSV, whose texts have the marks that they need. A first cell that begins with a command would begin the line; in quotes, it does not. */
export function printCsvRows(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify([...rows], { quoted_match: /^$|^\s*::/ })
}

function toCsvCell(value: Json | undefined, { isNumber }: { readonly isNumber: boolean }): string | number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' || (isNumber && typeof value === 'string')) return value
  return addCsvMarks(printCell(value))
}
