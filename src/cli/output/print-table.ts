import measureText from 'fast-string-truncated-width'
import { splitCharacters } from '../split-characters.ts'
import { printInline, printSafely } from './print-safely.ts'
import { printBold } from './print-style.ts'
import { writeStyled } from './terminal.ts'

/** The spaces between columns. */
const gap = 2
/** A column that is narrower tells nothing: columns at the right are left out before others become so narrow. */
const narrowest = 3
const ellipsis = '…'
/** So many lines are written at once. */
const batchLength = 1_000

/** Text that fits its column, and how many columns of the terminal it takes. */
interface Cell {
  readonly text: string
  readonly width: number
}

/**
 * Prints columns to stdout without lines around them. On a terminal, the names are bold; without names, the first column is.
 * No line is wider than `width`: what does not fit ends in `…`, and so does a line whose last columns have no room.
 */
export function printTable(
  names: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): void {
  const lines = (names ? [names, ...rows] : rows).map((texts) => printCells(texts))
  const natural = measureColumns(lines)
  const widths = fitColumns(natural, width)
  const isCut = widths.length < natural.length
  const isBold = (row: number, column: number) => (names ? row === 0 : column === 0)
  for (let begin = 0; begin < lines.length; begin += batchLength) {
    const printed = lines.slice(begin, begin + batchLength).map((cells, i) => {
      const shown = widths.map((limit, j) => cutCell(cells[j] ?? { text: '', width: 0 }, limit))
      return printLine(isCut ? [...shown, { text: ellipsis, width: 1 }] : shown, [...widths, 1], (column) =>
        isBold(begin + i, column),
      )
    })
    writeStyled(1, printed.join(''))
  }
}

/** Texts as cells of one line. Only its beginning is that of a line of the log: behind it, an address such as ::1 stays as it is. */
function printCells(texts: readonly string[]): Cell[] {
  const first = texts.findIndex((text) => text.trim() !== '')
  return texts.map((text, i) => {
    const printed = i === first ? printSafely(printInline(text)) : printInline(text)
    return { text: printed, width: measureText(printed).width }
  })
}

function measureColumns(lines: readonly (readonly Cell[])[]): number[] {
  const widths: number[] = []
  for (const cells of lines)
    for (const [i, { width }] of cells.entries()) if (width > (widths[i] ?? -1)) widths[i] = width
  return widths
}

/** The widths of the columns that have room, the widest cut first. */
function fitColumns(natural: readonly number[], available: number): readonly number[] {
  if (sumOf(natural) + gap * (natural.length - 1) <= available) return natural
  let shown = 0
  let used = 0
  for (const width of natural) {
    const needed = Math.min(width, narrowest) + (shown > 0 ? gap : 0)
    const rest = shown + 1 < natural.length ? gap + 1 : 0
    if (shown > 0 && used + needed + rest > available) break
    used += needed
    shown++
  }
  const kept = natural.slice(0, shown)
  const others = shown < natural.length ? gap + 1 : 0
  const limit = findLimit(kept, available - others - gap * (shown - 1))
  return kept.map((width) => Math.min(width, limit))
}

/** The greatest width that all columns can have at most, so that together they are not wider than `available`. */
function findLimit(widths: readonly number[], available: number): number {
  let left = available
  const ascending = [...widths].sort((a, b) => a - b)
  for (const [i, width] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - i))
    if (width > share) return Math.max(share, 1)
    left -= width
  }
  return Number.POSITIVE_INFINITY
}

function sumOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0)
}

function cutCell(cell: Cell, limit: number): Cell {
  if (cell.width <= limit) return cell
  let text = ''
  let width = 0
  for (const { segment } of splitCharacters(cell.text)) {
    const added = measureText(segment).width
    if (width + added + 1 > limit) break
    text += segment
    width += added
  }
  return { text: text + ellipsis, width: width + 1 }
}

function printLine(cells: readonly Cell[], widths: readonly number[], isBold: (column: number) => boolean): string {
  const last = cells.findLastIndex(({ text }) => text.trim() !== '')
  const parts = cells.slice(0, last + 1).map(({ text, width }, i) => {
    const shown = i === last ? text.trimEnd() : text
    const padding = i === last ? '' : ' '.repeat((widths[i] ?? 0) - width + gap)
    return (isBold(i) ? printBold(shown) : shown) + padding
  })
  return `${parts.join('')}\n`
}
