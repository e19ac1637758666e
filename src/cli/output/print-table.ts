import Table from 'cli-table3'
import { printSafely } from './print-safely.ts'
import { printBold } from './print-style.ts'
import { writeStyled } from './terminal.ts'

/** No lines around the cells, and two spaces between columns. */
const chars = {
  ...Object.fromEntries(
    ['top', 'bottom', 'left', 'mid', 'right'].flatMap((side) =>
      ['', '-mid', '-left', '-right'].map((end) => [`${side}${end}`, '']),
    ),
  ),
  middle: '  ',
}

/** Prints columns to stdout without lines around them. On a terminal, the names are bold; without names, the first column is. */
export function printTable(names: readonly string[] | undefined, rows: readonly (readonly string[])[]): void {
  const table = new Table({ chars, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 } })
  const printText = (text: string) => printSafely(text.replace(/\n/g, '\\n').replace(/\t/g, '\\t'))
  if (names) table.push(names.map((name) => printBold(printText(name))))
  for (const row of rows)
    table.push(row.map((text, i) => (names || i > 0 ? printText(text) : printBold(printText(text)))))
  const text = table.toString().replace(/ +$/gm, '')
  if (text !== '') writeStyled(1, `${text}\n`)
}
