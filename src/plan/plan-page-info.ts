import { type PlanContext, planSubfields, type SelectedField } from './collect-selection.ts'
import type { PageInfoEntry, PageInfoFieldName } from './plan.ts'

/** Plans the selection of a `pageInfo`. */
export function planPageInfo(selected: SelectedField, context: PlanContext): PageInfoEntry[] {
  return planSubfields(
    selected,
    context,
    ({ key, name }): PageInfoEntry => ({
      kind: 'pageInfo',
      key,
      field: name as PageInfoFieldName,
    }),
  )
}
