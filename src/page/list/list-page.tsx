import { type DescribedField, type DescribedTemplate, isOrdered } from '../../client/views/described-template.ts'
import {
  followList,
  type ListAnswer,
  type ListView,
  listParameters,
  parseListView,
  planList,
} from '../../client/views/list-view.ts'
import { printValue, type SelectedObject } from '../../client/views/selection.ts'
import { hrefWith, place } from '../address.ts'
import { commandOfList } from '../command.ts'
import { attempt } from '../parts/attempt.ts'
import { FieldValue } from '../parts/field-value.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SameElsewhere } from '../parts/same-elsewhere.tsx'
import { TemplateHead } from '../parts/template-head.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { useLive } from '../use-live.ts'
import { CsvButton } from './csv-button.tsx'

interface Properties {
  readonly template: DescribedTemplate
  readonly templates: readonly DescribedTemplate[]
}

/** `/list/TEMPLATE`: the objects, a column a field. */
export function ListPage({ template, templates }: Properties) {
  const parameters = new URLSearchParams(place.value.search)
  const { value: view, problem: unread } = attempt(() => parseListView(template, parameters))
  const { value: operation, problem: unplanned } = attempt(() => view && planList(view, templates))
  const followed = operation && view ? followList(view, templates) : []
  const { shown, problem, isLoading } = useLive<ListView | undefined, ListAnswer>(view, operation, followed)
  return (
    <>
      <TemplateHead template={template} current="list" />
      <FilterBar
        subjects={[{ template, conditions: view?.conditions ?? [], prefix: '', own: listParameters }]}
        templates={templates}
      />
      <ProblemNote problem={unread ?? unplanned ?? problem} />
      {view && operation && (
        <>
          {!shown && isLoading && <p class="nothing">Loading…</p>}
          {shown && <ListTable view={view} answer={shown.data} templates={templates} isLoading={isLoading} />}
          <div class="row foot">
            {shown && <Pages answer={shown.data} />}
            <div class="grow" />
            <CsvButton view={view} templates={templates} />
          </div>
          <SameElsewhere operation={operation} command={commandOfList(view, templates)} />
        </>
      )}
    </>
  )
}

function ListTable({
  view: { template, order },
  answer: { page },
  templates,
  isLoading,
}: {
  readonly view: ListView
  readonly answer: ListAnswer
  readonly templates: readonly DescribedTemplate[]
  readonly isLoading: boolean
}) {
  const naming = template.fields.find(({ key, type }) => key && type !== 'reference')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroller" aria-label={`${template.plural}, a table`} tabIndex={0} aria-busy={isLoading}>
      <table class="list">
        <thead>
          <tr>
            {template.fields.map((field) => (
              <OrderHead key={field.name} path={field.name} field={field} order={order} />
            ))}
            <OrderHead path="_meta.updateTime" label="updated" order={order} />
          </tr>
        </thead>
        <tbody>
          {page.nodes.map((object) => (
            <tr key={object._meta.uuid}>
              {template.fields.map((field) =>
                field === naming ? (
                  <th key={field.name} scope="row">
                    <a href={`/object/${object._meta.uuid}`}>{nameIn(object, field, templates)}</a>
                  </th>
                ) : (
                  <td key={field.name} class={alignOf(field)}>
                    <div class="clamp">
                      <FieldValue object={object} field={field} templates={templates} />
                    </div>
                  </td>
                ),
              )}
              <td class="when">
                {naming ? (
                  <TimeAgo time={object._meta.updateTime} />
                ) : (
                  <a href={`/object/${object._meta.uuid}`}>
                    <TimeAgo time={object._meta.updateTime} />
                  </a>
                )}
                {object._meta.updatedBy && <span class="quiet"> by {object._meta.updatedBy}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {page.nodes.length === 0 && <p class="nothing">No object matches.</p>}
    </section>
  )
}

/** The text of the link to an object, which must not be empty. */
function nameIn(object: SelectedObject, field: DescribedField, templates: readonly DescribedTemplate[]): string {
  return printValue(object[field.graphqlName], field, templates) || '(empty)'
}

function alignOf({ type, list }: DescribedField): string | undefined {
  return !list && ['int', 'bigint', 'float'].includes(type) ? 'number' : undefined
}

/** A head that orders by its column: ascending, descending, then not at all. */
function OrderHead({
  path,
  field,
  label = path,
  order,
}: {
  readonly path: string
  readonly field?: DescribedField
  readonly label?: string
  readonly order: string | undefined
}) {
  const isAscending = order === path
  const isDescending = order === `-${path}`
  const next = isAscending ? `-${path}` : isDescending ? undefined : path
  if (field && !isOrdered(field)) return <th scope="col">{label}</th>
  return (
    <th
      scope="col"
      aria-sort={isAscending ? 'ascending' : isDescending ? 'descending' : undefined}
      title={field?.description ?? undefined}
    >
      <a href={hrefWith(place.value, { order: next, after: undefined, before: undefined })}>
        {label}
        <span aria-hidden="true">{isAscending ? ' ↑' : isDescending ? ' ↓' : ''}</span>
      </a>
    </th>
  )
}

function Pages({ answer: { page } }: { readonly answer: ListAnswer }) {
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo
  const previous = hrefWith(place.value, { after: undefined, before: startCursor ?? undefined })
  const next = hrefWith(place.value, { before: undefined, after: endCursor ?? undefined })
  return (
    <nav class="row" aria-label="Pages">
      <span>
        {page.nodes.length === page.totalCount
          ? `${page.totalCount.toLocaleString('en')} in all`
          : `${page.nodes.length} of ${page.totalCount.toLocaleString('en')}`}
      </span>
      {hasPreviousPage && (
        <a class="button" href={previous}>
          Previous
        </a>
      )}
      {hasNextPage && (
        <a class="button" href={next}>
          Next
        </a>
      )}
    </nav>
  )
}
