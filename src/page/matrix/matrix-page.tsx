import { useMemo } from 'preact/hooks'
import {
  type DescribedField,
  type DescribedTemplate,
  matrixColumnsOf,
  matrixRowsOf,
} from '../../client/views/described-template.ts'
import {
  followMatrix,
  groupFieldsOf,
  type MatrixAnswer,
  type MatrixCounts,
  type MatrixView,
  matrixParameters,
  parseMatrixView,
  planMatrix,
} from '../../client/views/matrix-view.ts'
import { go, hrefOf, hrefWith, place } from '../address.ts'
import { commandOfMatrix } from '../command.ts'
import { attempt } from '../parts/attempt.ts'
import { FilterBar } from '../parts/filter-bar.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SameElsewhere } from '../parts/same-elsewhere.tsx'
import { TemplateHead } from '../parts/template-head.tsx'
import { useLive } from '../use-live.ts'
import { type ArrangedColumn, type ArrangedMatrix, type ArrangedRow, arrangeMatrix } from './arrange-matrix.ts'
import { AsOf } from './as-of.tsx'
import { CellDialog } from './cell-dialog.tsx'
import { MatrixGrid } from './matrix-grid.tsx'
import { MatrixTable } from './matrix-table.tsx'
import { verdicts } from './verdicts.ts'

/** A plain table up to here; beyond, only what is seen is drawn: 10,000 cells take a second as a table, and 0.6 s so. */
const largestTable = { rows: 200, cells: 8_000 }

/** `/matrix/TEMPLATE`: rows crossed with columns, a verdict a cell. */
export function MatrixPage({
  template,
  templates,
}: {
  readonly template: DescribedTemplate
  readonly templates: readonly DescribedTemplate[]
}) {
  const { search } = place.value
  const { value: view, problem: unread } = attempt(() =>
    parseMatrixView(template, new URLSearchParams(search), templates),
  )
  const { value: operation, problem: unplanned } = attempt(() => view && planMatrix(view, templates))
  const followed = operation && view ? followMatrix(view, templates) : []
  const { shown, problem, isLoading } = useLive<MatrixView | undefined, MatrixAnswer>(view, operation, followed)
  const arranged = useMemo(
    // What was asked for decides how columns are named, the address what is left out.
    () =>
      shown?.view && view
        ? arrangeMatrix(shown.data, { ...shown.view, onlyNotPassed: view.onlyNotPassed }, templates)
        : undefined,
    [shown, view?.onlyNotPassed, templates],
  )
  return (
    <>
      <TemplateHead template={template} current="matrix" />
      {view && (
        <>
          <Axes view={view} />
          <AsOf view={view} />
          <FilterBar
            subjects={[
              { template, conditions: view.conditions, prefix: '', own: matrixParameters },
              { template: view.target, conditions: view.columnConditions, prefix: 'columns.', own: [] },
            ]}
            templates={templates}
          />
        </>
      )}
      <ProblemNote problem={unread ?? unplanned ?? problem} />
      {view && operation && (
        <>
          {!shown && isLoading && <p class="nothing">Loading…</p>}
          {shown?.view && arranged && (
            <Shown
              view={view}
              drawn={shown.view}
              matrix={arranged}
              counts={shown.data.matrix.counts}
              templates={templates}
            />
          )}
          <SameElsewhere operation={operation} command={commandOfMatrix(view, templates)}>
            <Badge template={template} />
          </SameElsewhere>
        </>
      )}
    </>
  )
}

function Shown({
  view,
  drawn,
  matrix,
  counts,
  templates,
}: {
  readonly view: MatrixView
  /** The view that the matrix was asked for. */
  readonly drawn: MatrixView
  readonly matrix: ArrangedMatrix
  readonly counts: MatrixCounts
  readonly templates: readonly DescribedTemplate[]
}) {
  const { rows, columns } = matrix
  const base = hrefWith(place.value, { row: undefined, column: undefined })
  const start = `${base}${base.includes('?') ? '&' : '?'}`
  const hrefOfCell = (row: ArrangedRow, column: ArrangedColumn) =>
    `${start}row=${encodeURIComponent(row.value)}&column=${column.uuid}`
  const isLarge = rows.length > largestTable.rows || rows.length * columns.length > largestTable.cells
  const row = rows.find(({ value }) => value === view.cell?.row)
  const column = columns.find(({ uuid }) => uuid === view.cell?.column)
  return (
    <>
      <Summary counts={counts} view={view} matrix={matrix} />
      {rows.length === 0 || columns.length === 0 ? (
        <p class="nothing">
          {view.onlyNotPassed && matrix.hidden.rows > 0
            ? 'Everything has passed.'
            : 'The matrix has no rows or no columns yet.'}
        </p>
      ) : isLarge ? (
        <MatrixGrid matrix={matrix} view={drawn} hrefOfCell={hrefOfCell} />
      ) : (
        <MatrixTable matrix={matrix} view={drawn} hrefOfCell={hrefOfCell} base={start} />
      )}
      {view.cell && (
        <CellDialog
          key={`${view.cell.row} ${view.cell.column}`}
          view={view}
          title={`${row?.label ?? view.cell.row} on ${column?.label ?? view.cell.column}`}
          letter={column && row?.letters[columns.indexOf(column)]}
          templates={templates}
        />
      )}
    </>
  )
}

/** What is crossed with what. */
function Axes({ view }: { readonly view: MatrixView }) {
  const { template, rows, columns, target, group } = view
  return (
    <div class="row axes">
      <Choice label="Rows" parameter="rows" fields={matrixRowsOf(template, columns)} chosen={rows} />
      <Choice label="Columns" parameter="columns" fields={matrixColumnsOf(template)} chosen={columns} />
      <Choice label="Grouped by" parameter="group" fields={groupFieldsOf(target)} chosen={group} isOptional />
      <label class="check">
        <input
          type="checkbox"
          checked={view.onlyNotPassed}
          onChange={(event) =>
            go(hrefWith(place.value, { only: event.currentTarget.checked ? 'notPassed' : undefined }))
          }
        />
        Only what has not passed
      </label>
      {view.rowIn !== undefined && (
        <span>
          Only the rows {view.rowIn} · <a href={hrefWith(place.value, { rowIn: undefined })}>all rows</a>
        </span>
      )}
    </div>
  )
}

function Choice({
  label,
  parameter,
  fields,
  chosen,
  isOptional = false,
}: {
  readonly label: string
  readonly parameter: string
  readonly fields: readonly DescribedField[]
  readonly chosen: DescribedField | undefined
  readonly isOptional?: boolean
}) {
  return (
    <label>
      {label}{' '}
      <select
        value={chosen?.name ?? ''}
        onChange={(event) => go(hrefWith(place.value, { [parameter]: event.currentTarget.value || undefined }))}
      >
        {isOptional && <option value="">nothing</option>}
        {fields.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** The sum of all cells, which is also the legend. */
function Summary({
  counts,
  view,
  matrix,
}: {
  readonly counts: MatrixCounts
  readonly view: MatrixView
  readonly matrix: ArrangedMatrix
}) {
  const all = Object.values(verdicts)
  const sum = all.reduce((total, { word }) => total + counts[word as keyof MatrixCounts], 0)
  const isJudged = counts.present === 0
  const done = isJudged ? counts.passed : counts.present
  const { rows, columns } = matrix.hidden
  return (
    <div class="summary">
      <p class="sum">
        <strong>{done.toLocaleString('en')}</strong> of {sum.toLocaleString('en')} {isJudged ? 'passed' : 'present'}
      </p>
      <ul class="legend" aria-label="Cells by verdict">
        {all
          .map((verdict) => ({ ...verdict, count: counts[verdict.word as keyof MatrixCounts] }))
          .filter(({ word, count }) => count > 0 || (isJudged && word !== 'present'))
          .map(({ sign, word, style, count }) => (
            <li key={word}>
              <span class={`cell ${style}`} aria-hidden="true">
                {sign}
              </span>
              {count.toLocaleString('en')} {word}
            </li>
          ))}
      </ul>
      <p class="quiet">
        Each cell shows the latest {view.template.name}
        {view.conditions.length > 0 && ' that matches the filters'}.
        {rows + columns > 0 && ` ${rows} rows and ${columns} columns that have passed are hidden.`}
      </p>
    </div>
  )
}

/** The badge of the same matrix, and how a README shows it. */
function Badge({ template }: { readonly template: DescribedTemplate }) {
  const parameters = new URLSearchParams(place.value.search)
  for (const name of ['group', 'only', 'row', 'column', 'at']) parameters.delete(name)
  const href = hrefOf(`/badge/${template.name}.svg`, parameters)
  const page = hrefWith(place.value, { row: undefined, column: undefined })
  return (
    <details>
      <summary>As a badge</summary>
      <div class="sheet">
        <p>
          <img src={href} alt="The badge" height="20" loading="lazy" />
        </p>
        <pre>{`[![${template.name}](${location.origin}${href})](${location.origin}${page})`}</pre>
      </div>
    </details>
  )
}
