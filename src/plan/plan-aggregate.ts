import type { Template } from '../template/model.ts'
import { assertType, collectSelection, type PlanContext, type SelectedField } from './collect-selection.ts'
import type { AggregateEntry, AggregateFunction, AggregateValueEntry } from './groups.ts'
import { planMeta } from './plan-meta.ts'

/** Plans the selection of an `aggregate`, of a list or of a group. */
export function planAggregate(template: Template, selected: SelectedField, context: PlanContext): AggregateEntry[] {
  const type = assertType(selected)
  return collectSelection(type, selected.nodes, context).map((inner): AggregateEntry => {
    const { key, name } = inner
    if (name === '__typename') return { kind: 'typename', key, name: type.name }
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
  const type = assertType(selected)
  return collectSelection(type, selected.nodes, context).map((inner): AggregateValueEntry => {
    const { key, name } = inner
    if (name === '__typename') return { kind: 'typename', key, name: type.name }
    if (name === '_meta') return { kind: 'meta', key, entries: planMeta(inner, context) }
    const field = template.fieldByName.get(name)
    if (!field) throw new Error(`no field "${name}" in "${type.name}"`)
    return { kind: 'field', key, field }
  })
}
