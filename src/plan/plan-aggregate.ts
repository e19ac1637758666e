import type { Template } from '../template/model.ts'
import { assertType, type PlanContext, planSubfields, type SelectedField } from './collect-selection.ts'
import type { AggregateEntry, AggregateFunction, AggregateValueEntry } from './groups.ts'
import { planMeta } from './plan-meta.ts'

/** Plans the selection of an `aggregate`, of a list or of a group. */
export function planAggregate(template: Template, selected: SelectedField, context: PlanContext): AggregateEntry[] {
  return planSubfields(selected, context, (inner): AggregateEntry => {
    const { key, name } = inner
    if (name === 'count') return { kind: 'count', key }
    return {
      kind: 'values',
      key,
      function: name as AggregateFunction,
      entries: planValues(template, inner, context),
    }
  })
}

function planValues(template: Template, selected: SelectedField, context: PlanContext): AggregateValueEntry[] {
  return planSubfields(selected, context, (inner): AggregateValueEntry => {
    const { key, name } = inner
    if (name === '_meta') return { kind: 'meta', key, entries: planMeta(inner, context) }
    const field = template.fieldByName.get(name)
    if (!field) throw new Error(`no field "${name}" in "${assertType(selected).name}"`)
    return { kind: 'field', key, field }
  })
}
