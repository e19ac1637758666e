import { useEffect } from 'preact/hooks'
import { type DescribedTemplate, matrixColumnsOf, matrixRowsOf } from '../../client/views/described-template.ts'

/** The head of what is shown of a template, with the ways to its other views. */
export function TemplateHead({
  template,
  current,
}: {
  readonly template: DescribedTemplate
  readonly current: 'list' | 'matrix'
}) {
  useTitle(`${template.name} · ${current}`)
  const views = hasMatrix(template) ? (['list', 'matrix'] as const) : (['list'] as const)
  return (
    <div class="title">
      <nav aria-label="Where you are">
        <a href="/">Registry</a> <span aria-hidden="true">/</span>
      </nav>
      <h1>{template.name}</h1>
      <p class="quiet">{template.description}</p>
      <nav class="tabs" aria-label="Views">
        {views.map((view) => (
          <a key={view} href={`/${view}/${template.name}`} aria-current={view === current ? 'page' : undefined}>
            {view === 'list' ? 'Objects' : 'Matrix'}
          </a>
        ))}
      </nav>
    </div>
  )
}

/** Whether a template has a matrix: a reference, and another field for the rows. */
export function hasMatrix(template: DescribedTemplate): boolean {
  const [columns] = matrixColumnsOf(template)
  return columns !== undefined && matrixRowsOf(template, columns).length > 0
}

/** Names the window, so that the browser's history and tabs can be told apart. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Registry`
  }, [title])
}
