import { useSignal } from '@preact/signals'
import type { DescribedTemplate } from '../../client/views/described-template.ts'
import { type ListAnswer, type ListView, planList } from '../../client/views/list-view.ts'
import { printValue } from '../../client/views/selection.ts'
import { ask, type Problem } from '../ask.ts'
import { ProblemNote } from '../parts/problem-note.tsx'

/** Downloads all objects that the list shows, on all its pages, as one CSV file. */
export function CsvButton({
  view,
  templates,
}: {
  readonly view: ListView
  readonly templates: readonly DescribedTemplate[]
}) {
  const read = useSignal<number | undefined>(undefined)
  const problem = useSignal<Problem | undefined>(undefined)
  const download = async () => {
    if (read.value !== undefined) return
    problem.value = undefined
    const lines = [view.template.fields.map(({ name }) => printCell(name)).join(',')]
    let after: string | undefined
    do {
      read.value = lines.length - 1
      const answer = await ask<ListAnswer>(planList({ ...view, size: 1_000, after, before: undefined }, templates))
      problem.value = answer.problem
      if (!answer.data || answer.problem) break
      const { nodes, pageInfo } = answer.data.page
      for (const node of nodes)
        lines.push(
          view.template.fields
            .map((field) => printCell(printValue(node[field.graphqlName], field, templates)))
            .join(','),
        )
      after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined
    } while (after !== undefined)
    read.value = undefined
    if (!problem.value) save(`${view.template.name}.csv`, `${lines.join('\r\n')}\r\n`)
  }
  return (
    <>
      <ProblemNote problem={problem.value} />
      <button type="button" onClick={() => void download()}>
        {read.value === undefined ? 'Download CSV' : `Reading… ${read.value.toLocaleString('en')}`}
      </button>
    </>
  )
}

/** A text that a spreadsheet would run as a formula gets a leading `'`, as on the command line. */
function printCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
