import type { Template } from '../template/model.ts'
import { assertType, below, type PlanContext, planSubfields, type SelectedField } from './collect-selection.ts'
import { countMeasure, planFraction } from './grouping/limit-measures.ts'
import type { AggregateFunction } from './grouping/measure.ts'
import type { AggregateEntry, AggregateValueEntry } from './groups.ts'
import { planMeta } from './plan-meta.ts'
import { planWhere } from './plan-where.ts'

/** Plans the selection of an `aggregate`, of a list or of a group. */
export function planAggregate(template: Template, selected: SelectedField, context: PlanContext): AggregateEntry[] {
  const { request } = context
  return planSubfields(selected, below(context, selected.key), (inner): AggregateEntry => {
    const { key, name, args } = inner
    const path = [...context.path, selected.key, key]
    if (name === 'count' && args.where === undefined) return { kind: 'count', key }
    if (name === 'count' || name === 'rate') {
      countMeasure(request, path)
      return { kind: name, key, where: planWhere(args.where, template, request, [...path, 'where']) }
    }
    return { kind: 'values', key, ...planFunction(inner, path), entries: planValues(template, inner, context, path) }
  })
}

function planFunction({ name, args }: SelectedField, path: readonly string[]): AggregateFunction {
  if (name !== 'percentile') return { function: name as Exclude<AggregateFunction['function'], 'percentile'> }
  return { function: name, fraction: planFraction(args.fraction, [...path, 'fraction']) }
}

function planValues(
  template: Template,
  selected: SelectedField,
  context: PlanContext,
  path: readonly string[],
): AggregateValueEntry[] {
  return planSubfields(selected, context, (inner): AggregateValueEntry => {
    const { key, name } = inner
    if (selected.name === 'distinctCount' || selected.name === 'percentile')
      countMeasure(context.request, [...path, key])
    if (name === '_meta') return { kind: 'meta', key, entries: planMeta(inner, context) }
    const field = template.fieldByName.get(name)
    if (!field) throw new Error(`no field "${name}" in "${assertType(selected).name}"`)
    return { kind: 'field', key, field }
  })
}
