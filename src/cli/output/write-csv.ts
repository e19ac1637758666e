import { stringify } from 'csv-stringify/sync'
import { defaultColumns, printCell, readColumn } from '../arguments/parse-columns.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import { commandInLine } from './print-safely.ts'
import { writeOut } from './terminal.ts'

/** What a spreadsheet takes for a formula: after spaces too, and with the wide forms of the signs. A text with our own mark gets another one. */
const formula = /^'*(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])/

/** The end of a line inside a cell, if the log of GitHub obeys what follows. */
const endBeforeCommand = /[\r\n][^\S\r\n]*(?=::)/g

/** The end of a marker of a section in the log of GitLab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it consists of them
const endOfMarker = /\r(?=\u001b\[0K)/g

/**
 * RFC 4180 with a line of names. An empty text is `""`, no value is nothing. Text that a spreadsheet would run as a formula, or that
 * the log of a CI service would obey, gets an apostrophe, since CSV cannot escape it; everything else is as it is.
 */
export function createCsvWriter({ template, columns = defaultColumns(template) }: WriterContext): ObjectWriter {
  const bigints = new Set(template.fields.filter(({ type }) => type === 'bigint').map(({ name }) => name))
  let names = [columns.map((column) => toCsvCell(column, { isNumber: false }))]
  const writeRows = (rows: readonly (readonly (string | number | null)[])[]) => {
    // A first cell that begins with a command would begin the line; in quotes, it does not.
    writeOut(stringify([...names, ...rows], { quoted_match: /^$|^\s*::/ }))
    names = []
  }
  return {
    write: (objects) =>
      writeRows(
        objects.map((object) =>
          columns.map((column) => toCsvCell(readColumn(object, column), { isNumber: bigints.has(column) })),
        ),
      ),
    end: () => writeRows([]),
  }
}

function toCsvCell(value: Json | undefined, { isNumber }: { readonly isNumber: boolean }): string | number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' || (isNumber && typeof value === 'string')) return value
  const text = printCell(value)
    .replace(commandInLine, "#'#")
    .replace(endBeforeCommand, "$&'")
    .replace(endOfMarker, "\r'")
  return formula.test(text) ? `'${text}` : text
}
