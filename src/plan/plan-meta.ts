import type { MetaFieldName } from '../template/meta-fields.ts'
import { assertType, collectSelection, type PlanContext, type SelectedField } from './collect-selection.ts'
import type { MetaEntry } from './plan.ts'

/** Plans the selection of `_meta`. */
export function planMeta(selected: SelectedField, context: PlanContext): MetaEntry[] {
  const type = assertType(selected)
  return collectSelection(type, selected.nodes, context).map(({ key, name }) =>
    name === '__typename'
      ? { kind: 'typename', key, name: type.name }
      : { kind: 'meta', key, field: name as MetaFieldName },
  )
}
