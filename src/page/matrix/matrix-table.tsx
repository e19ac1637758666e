import { useMemo, useRef } from 'preact/hooks'
import type { MatrixView } from '../../client/views/matrix-view.ts'
import { type ArrangedColumn, type ArrangedMatrix, type ArrangedRow, listGroups } from './arrange-matrix.ts'
import { moveInCells } from './move-in-cells.ts'
import { verdictOf } from './verdicts.ts'

interface Properties {
  readonly matrix: ArrangedMatrix
  readonly view: MatrixView
  /** The address of a cell's objects. */
  readonly hrefOfCell: (row: ArrangedRow, column: ArrangedColumn) => string
  /** What the addresses depend on beside row and column. */
  readonly base: string
}

/** A matrix as a plain table. One of its cells is in the order of the tab key; arrows lead to the others. */
export function MatrixTable({ matrix, view, hrefOfCell, base }: Properties) {
  const { rows, columns } = matrix
  const table = useRef<HTMLTableElement>(null)
  const groups = listGroups(columns)
  const onKeyDown = (event: KeyboardEvent) => {
    const at = (event.target as HTMLElement).closest<HTMLElement>('[data-at]')
    if (!at) return
    const [row = 0, column = 0] = (at.dataset['at'] ?? '').split(',').map(Number)
    const next = moveInCells(event, { row, column }, { rows: rows.length, columns: columns.length, page: 10 })
    if (!next) return
    event.preventDefault()
    focusCell(at, table.current?.querySelector<HTMLElement>(`[data-at="${next.row},${next.column}"]`))
  }
  // A cell that is clicked on, or to which a dialog gives the focus back, is from then on the one that tab leads to.
  const onFocus = (event: FocusEvent) => {
    const at = (event.target as HTMLElement).closest<HTMLElement>('[data-at]')
    if (!at) return
    for (const other of table.current?.querySelectorAll<HTMLElement>('[data-at][tabindex="0"]') ?? [])
      other.tabIndex = -1
    at.tabIndex = 0
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroller matrix" aria-label="The matrix" tabIndex={0}>
      <table ref={table} onKeyDown={onKeyDown} onFocusIn={onFocus}>
        <thead>
          {groups.length > 0 && (
            <tr class="groups">
              <td />
              {groups.map(({ label, length }) => (
                <th key={label} scope="colgroup" colSpan={length} class="first" title={label}>
                  <span>{label}</span>
                </th>
              ))}
              <td />
            </tr>
          )}
          <tr>
            <th scope="col" class="corner">
              {view.rows.name}
              <span class="quiet"> \ {view.columns.name}</span>
            </th>
            {columns.map(({ uuid, label, isFirst }) => (
              <th key={uuid} scope="col" class={isFirst ? 'column first' : 'column'} title={label}>
                <a href={`/object/${uuid}`}>
                  <span>{label}</span>
                </a>
              </th>
            ))}
            <th scope="col" class="total">
              passed
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <Row key={row.value} row={row} at={i} columns={columns} hrefOfCell={hrefOfCell} base={base} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">not passed</th>
            {columns.map(({ uuid, left, isFirst }) => (
              <td key={uuid} class={isFirst ? 'total first' : 'total'}>
                {left === 0 ? '' : left}
              </td>
            ))}
            <td />
          </tr>
        </tfoot>
      </table>
    </section>
  )
}

function focusCell(from: HTMLElement, to: HTMLElement | null | undefined): void {
  if (!to) return
  from.tabIndex = -1
  to.tabIndex = 0
  to.focus()
}

/** Is drawn again only if it differs: most refreshes change a few cells of a few rows. */
function Row({
  row,
  at,
  columns,
  hrefOfCell,
  base,
}: Omit<Properties, 'matrix' | 'view'> & {
  readonly row: ArrangedRow
  readonly at: number
  readonly columns: readonly ArrangedColumn[]
}) {
  const names = columns.map(({ uuid, isFirst }) => `${uuid}${isFirst}`).join()
  return useMemo(
    () => (
      <tr>
        <th scope="row" title={row.label}>
          {row.label}
        </th>
        {columns.map((column, i) => {
          const { sign, word, style } = verdictOf(row.letters[i])
          return (
            <td key={column.uuid} class={column.isFirst ? 'first' : undefined}>
              <a
                class={`cell ${style}`}
                href={hrefOfCell(row, column)}
                data-at={`${at},${i}`}
                tabIndex={at === 0 && i === 0 ? 0 : -1}
                aria-label={word}
                title={`${row.label} on ${column.label}: ${word}`}
              >
                {sign}
              </a>
            </td>
          )
        })}
        <td class="total">
          {row.done}
          <span class="quiet">/{columns.length}</span>
        </td>
      </tr>
    ),
    [row.letters, row.label, at, names, base],
  )
}
