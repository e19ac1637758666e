import { useSignal } from '@preact/signals'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { MatrixView } from '../../client/views/matrix-view.ts'
import { go } from '../address.ts'
import { type ArrangedColumn, type ArrangedMatrix, type ArrangedRow, listGroups } from './arrange-matrix.ts'
import { type CellPlace, moveInCells } from './move-in-cells.ts'
import { verdictOf } from './verdicts.ts'

/** Sizes in pixels; the style sheet has the same. All rows and columns are equal, so that their places are known. */
const size = { row: 28, column: 28, longestHead: 220, group: 24, total: 72 }
/** What is drawn beyond what is seen, so that quick scrolling shows no gaps. */
const beyond = 6

/**
 * A matrix of any size as a grid of which only the part that is seen is drawn, and the cell that has the focus. The keys
 * are those of a grid (ARIA Authoring Practices): arrows, Home, End, Page Up and Down, Enter.
 */
export function MatrixGrid({
  matrix: { rows, columns },
  view,
  hrefOfCell,
}: {
  readonly matrix: ArrangedMatrix
  readonly view: MatrixView
  readonly hrefOfCell: (row: ArrangedRow, column: ArrangedColumn) => string
}) {
  const grid = useRef<HTMLDivElement>(null)
  const seen = useSignal({ top: 0, left: 0, width: 1_200, height: 800 })
  // By value and uuid: what comes in between moves the cell, and the focus stays on it.
  const active = useSignal({ row: rows[0]?.value, column: columns[0]?.uuid })
  const first = useRef<string | undefined>(undefined)
  const wantsFocus = useRef(false)
  const groups = listGroups(columns)
  const longest = Math.max(8, ...columns.map((column) => column.label.length))
  const labels = Math.min(size.longestHead, longest * 8 + 12)
  const head = labels + (groups.length > 0 ? size.group : 0)
  const label = seen.value.width < 600 ? 120 : 200
  const at = {
    row: Math.max(
      0,
      rows.findIndex(({ value }) => value === active.value.row),
    ),
    column: Math.max(
      0,
      columns.findIndex(({ uuid }) => uuid === active.value.column),
    ),
  }
  const activate = ({ row, column }: CellPlace) => {
    const next = { row: rows[row]?.value, column: columns[column]?.uuid }
    if (next.row !== active.value.row || next.column !== active.value.column) active.value = next
  }

  const measure = () => {
    const { scrollTop, scrollLeft, clientWidth, clientHeight } = grid.current as HTMLDivElement
    first.current = rows[Math.floor(scrollTop / size.row)]?.value
    const { top, left, width, height } = seen.value
    if (scrollTop !== top || scrollLeft !== left || clientWidth !== width || clientHeight !== height)
      seen.value = { top: scrollTop, left: scrollLeft, width: clientWidth, height: clientHeight }
  }
  useLayoutEffect(() => {
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(grid.current as HTMLDivElement)
    return () => observer.disconnect()
  }, [])
  // Rows that come above what is seen, or leave from there, do not move it.
  useLayoutEffect(() => {
    const { current } = grid
    const place = rows.findIndex(({ value }) => value === first.current)
    if (!current || place < 0 || current.scrollTop === 0) return
    current.scrollTop += (place - Math.floor(current.scrollTop / size.row)) * size.row
    measure()
  }, [rows])
  useLayoutEffect(() => {
    if (!wantsFocus.current) return
    wantsFocus.current = false
    grid.current?.querySelector<HTMLElement>('[role=gridcell][tabindex="0"]')?.focus({ preventScroll: true })
  })

  const focusOn = (next: CellPlace) => {
    const { current } = grid
    if (!current) return
    const { clientHeight, clientWidth } = current
    const top = next.row * size.row
    const left = next.column * size.column
    const room = { height: clientHeight - head - size.row, width: clientWidth - label - size.total }
    if (top < current.scrollTop) current.scrollTop = top
    else if (top + size.row > current.scrollTop + room.height) current.scrollTop = top + size.row - room.height
    if (left < current.scrollLeft) current.scrollLeft = left
    else if (left + size.column > current.scrollLeft + room.width) current.scrollLeft = left + size.column - room.width
    wantsFocus.current = true
    activate(next)
    measure()
  }
  const open = (row: number, column: number) => {
    const [toRow, toColumn] = [rows[row], columns[column]]
    if (toRow && toColumn) go(hrefOfCell(toRow, toColumn))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target as HTMLElement).closest('[role=gridcell]')) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      return open(at.row, at.column)
    }
    const page = Math.max(1, Math.floor((seen.value.height - head) / size.row) - 1)
    const next = moveInCells(event, at, { rows: rows.length, columns: columns.length, page })
    if (!next) return
    event.preventDefault()
    focusOn(next)
  }
  const onClick = (event: MouseEvent) => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>('[role=gridcell]')
    const [row, column] = (cell?.dataset['at'] ?? '').split(',').map(Number)
    if (row === undefined || column === undefined) return
    activate({ row, column })
    open(row, column)
  }

  const { top, left, width, height } = seen.value
  const rowPlaces = placesOf(top, height, size.row, rows.length, at.row)
  const columnPlaces = placesOf(left, width, size.column, columns.length, at.column)
  const headRows = groups.length > 0 ? 2 : 1
  const offset = (column: number) => label + column * size.column
  return (
    <div
      ref={grid}
      class="grid"
      role="grid"
      aria-label={`${view.rows.name} by ${view.columns.name}`}
      aria-rowcount={rows.length + headRows + 1}
      aria-colcount={columns.length + 2}
      onScroll={measure}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocusIn={(event) => {
        const at = (event.target as HTMLElement).dataset['at']?.split(',').map(Number)
        if (at) activate({ row: at[0] ?? 0, column: at[1] ?? 0 })
      }}
    >
      <div
        class="canvas"
        role="presentation"
        style={{
          width: `${offset(columns.length) + size.total}px`,
          height: `${head + (rows.length + 1) * size.row}px`,
        }}
      >
        <div class="heads" role="rowgroup" style={{ height: `${head}px`, '--head': `${labels}px` }}>
          {groups.length > 0 && (
            <div role="row" aria-rowindex={1} class="groups">
              {groups.map(({ label: text, start, length }) => (
                <div
                  key={text}
                  role="columnheader"
                  aria-colindex={start + 2}
                  aria-colspan={length}
                  class="group"
                  title={text}
                  style={{ left: `${offset(start)}px`, width: `${length * size.column}px` }}
                >
                  {text}
                </div>
              ))}
            </div>
          )}
          <div role="row" aria-rowindex={headRows}>
            <div role="columnheader" aria-colindex={1} class="corner" style={{ width: `${label}px` }}>
              {view.rows.name}
              <span class="quiet"> \ {view.columns.name}</span>
            </div>
            {columnPlaces.map((i) => (
              <div
                key={columns[i]?.uuid}
                role="columnheader"
                aria-colindex={i + 2}
                class={columns[i]?.isFirst ? 'column first' : 'column'}
                title={columns[i]?.label}
                style={{ left: `${offset(i)}px` }}
              >
                <span>{columns[i]?.label}</span>
              </div>
            ))}
            <div
              role="columnheader"
              aria-colindex={columns.length + 2}
              class="column total"
              style={{ left: `${offset(columns.length)}px` }}
            >
              passed
            </div>
          </div>
        </div>
        <div role="rowgroup" style={{ height: `${rows.length * size.row}px` }}>
          {rowPlaces.map((i) => (
            <Line
              key={rows[i]?.value}
              row={rows[i] as ArrangedRow}
              at={i}
              top={head + i * size.row}
              label={label}
              headRows={headRows}
              columns={columns}
              drawn={columnPlaces}
              active={i === at.row ? at.column : undefined}
            />
          ))}
        </div>
        <div class="feet" role="rowgroup">
          <div role="row" aria-rowindex={rows.length + headRows + 1}>
            <div role="rowheader" aria-colindex={1} class="label" style={{ width: `${label}px` }}>
              not passed
            </div>
            {columnPlaces.map((i) => (
              <div
                key={columns[i]?.uuid}
                role="gridcell"
                aria-colindex={i + 2}
                class={columns[i]?.isFirst ? 'left first' : 'left'}
                title={`${columns[i]?.label}: ${columns[i]?.left} not passed`}
                style={{ left: `${offset(i)}px` }}
              >
                {columns[i]?.left === 0 ? '' : columns[i]?.left}
              </div>
            ))}
          </div>
        </div>
      </div>
    </div>
  )
}

/** A row of the grid. While others come into sight, it is not drawn again. */
function Line({
  row,
  at,
  top,
  label,
  headRows,
  columns,
  drawn,
  active,
}: {
  readonly row: ArrangedRow
  readonly at: number
  readonly top: number
  /** The width of its head. */
  readonly label: number
  readonly headRows: number
  readonly columns: readonly ArrangedColumn[]
  /** The places of the columns to draw. */
  readonly drawn: readonly number[]
  /** The column that the tab key leads to, if it is in this row. */
  readonly active: number | undefined
}) {
  const offset = (column: number) => `${label + column * size.column}px`
  return useMemo(
    () => (
      <div role="row" aria-rowindex={at + headRows + 1} class="line" style={{ top: `${top}px` }}>
        <div role="rowheader" aria-colindex={1} class="label" title={row.label} style={{ width: `${label}px` }}>
          {row.label}
        </div>
        {drawn.map((i) => {
          const { sign, word, style } = verdictOf(row.letters[i])
          return (
            <div
              key={columns[i]?.uuid}
              role="gridcell"
              aria-colindex={i + 2}
              aria-label={word}
              data-at={`${at},${i}`}
              tabIndex={i === active ? 0 : -1}
              class={columns[i]?.isFirst ? `cell first ${style}` : `cell ${style}`}
              title={`${row.label} on ${columns[i]?.label}: ${word}`}
              style={{ left: offset(i) }}
            >
              {sign}
            </div>
          )
        })}
        <div role="gridcell" aria-colindex={columns.length + 2} class="total" style={{ left: offset(columns.length) }}>
          {row.done}
          <span class="quiet">/{columns.length}</span>
        </div>
      </div>
    ),
    [row, at, top, label, headRows, columns, drawn.join(), active],
  )
}

/** The places to draw: those that are seen, some beyond, and the one that has the focus, so that scrolling does not end it. */
function placesOf(from: number, length: number, each: number, count: number, kept: number): readonly number[] {
  const first = Math.max(0, Math.floor(from / each) - beyond)
  const last = Math.min(count - 1, Math.ceil((from + length) / each) + beyond)
  const places = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
  if (kept < 0 || kept >= count) return places
  if (kept < first) return [kept, ...places]
  return kept > last ? [...places, kept] : places
}
