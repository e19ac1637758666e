import { useEffect, useRef } from 'preact/hooks'
import type { DescribedTemplate } from '../../client/views/described-template.ts'
import { followMatrix, type MatrixView, planCell } from '../../client/views/matrix-view.ts'
import type { SelectedObject } from '../../client/views/selection.ts'
import { goBackTo, hrefWith, place } from '../address.ts'
import { attempt } from '../parts/attempt.ts'
import { FieldValue } from '../parts/field-value.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { useLive } from '../use-live.ts'
import { verdictOf } from './verdicts.ts'

interface CellAnswer {
  readonly page: { readonly totalCount: number; readonly nodes: readonly SelectedObject[] }
}

/** The objects of a cell, the latest first: what was found, when, and by whom. */
export function CellDialog({
  view,
  title,
  letter,
  templates,
}: {
  readonly view: MatrixView
  readonly title: string
  /** Of the cell; undefined for a cell that is not shown. */
  readonly letter: string | undefined
  readonly templates: readonly DescribedTemplate[]
}) {
  const { value: operation, problem: unplanned } = attempt(() => planCell(view, templates))
  const followed = operation ? followMatrix(view, templates) : []
  const { shown, problem } = useLive<MatrixView, CellAnswer>(view, operation, followed)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    // The cell has the focus again afterwards. A dialog that is taken out of the page does not see to that itself.
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  const close = () => goBackTo(hrefWith(place.value, { row: undefined, column: undefined }))
  const fields = view.template.fields.filter((field) => field !== view.rows && field !== view.columns)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      aria-labelledby="cell-title"
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) close()
      }}
    >
      <div class="row">
        {letter && <span class={`cell ${verdictOf(letter).style}`}>{verdictOf(letter).sign}</span>}
        <h2 id="cell-title">
          {title}
          {letter && `: ${verdictOf(letter).word}`}
        </h2>
        <div class="grow" />
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
      <ProblemNote problem={unplanned ?? problem} />
      {shown?.data.page.nodes.length === 0 && (
        <p>
          There is no {view.template.name} here{view.conditions.length > 0 && ' that matches the filters'}.
        </p>
      )}
      <ul class="objects">
        {shown?.data.page.nodes.map((object) => (
          <li key={object._meta.uuid}>
            <p class="row">
              <span>
                <TimeAgo time={object._meta.updateTime} />
                {object._meta.updatedBy && ` by ${object._meta.updatedBy}`}
              </span>
              <span class="grow" />
              <a href={`/object/${object._meta.uuid}`}>Open the object</a>
            </p>
            <dl class="facts">
              {fields.map((field) => (
                <div key={field.name}>
                  <dt>{field.name}</dt>
                  <dd>
                    <FieldValue object={object} field={field} templates={templates} />
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
      {shown && shown.data.page.totalCount > shown.data.page.nodes.length && (
        <p class="quiet">
          The latest {shown.data.page.nodes.length} of {shown.data.page.totalCount}.
        </p>
      )}
    </dialog>
  )
}
