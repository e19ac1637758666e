import type { DescribedTemplate, Operation } from './described-template.ts'
import type { SelectedMeta } from './selection.ts'

export interface OverviewAnswer {
  readonly templates: readonly { readonly name: string; readonly count: number; readonly state: string }[]
  /** By the place of the template: `last0`, … */
  readonly [last: string]: unknown
}

export interface LastWrite {
  readonly nodes: readonly { readonly _meta: Pick<SelectedMeta, 'uuid' | 'updateTime' | 'updatedBy'> }[]
}

/** The most templates to ask about in one request: each is a root field. */
export const mostOverviewed = 40

/** Counts the objects of each template, and finds the last write of each of these. */
export function planOverview(templates: readonly DescribedTemplate[]): Operation {
  const last = templates.map(
    ({ plural }, i) =>
      `  last${i}: ${plural}(orderBy: [{ _meta: { updateTime: desc } }], first: 1) { nodes { _meta { uuid updateTime updatedBy } } }`,
  )
  return { query: ['query Overview {', '  templates { name count state }', ...last, '}'].join('\n'), variables: {} }
}
