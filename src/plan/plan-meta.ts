import type { MetaFieldName } from '../template/meta-fields.ts'
import { type PlanContext, planSubfields, type SelectedField } from './collect-selection.ts'
import type { MetaEntry } from './plan.ts'

/** Plans the selection of `_meta`. */
export function planMeta(selected: SelectedField, context: PlanContext): MetaEntry[] {
  return planSubfields(
    selected,
    context,
    ({ key, name }): MetaEntry => ({
      kind: 'meta',
      key,
      field: name as MetaFieldName,
    }),
  )
}
