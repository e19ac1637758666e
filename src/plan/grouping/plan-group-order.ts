import type { Path } from '../../errors.ts'
import { assertWithinLimit } from '../../limits.ts'
import type { Field, Template } from '../../template/model.ts'
import type { Direction } from '../plan.ts'
import { onlyEntryOf } from '../plan-order.ts'
import type { PlanRequest } from '../plan-request.ts'
import { planWhere } from '../plan-where.ts'
import { type GroupMeasures, measureOf, metaMeasureOf } from './group-measures.ts'
import { countMeasure, planFraction } from './limit-measures.ts'
import type { AggregateFunction, AggregateFunctionName, Measure } from './measure.ts'

/** Orders groups by a measure of theirs. */
export interface GroupOrderTerm {
  /** The measure's field in the document of each group. */
  readonly field: Field
  readonly direction: Direction
}

/** Plans `orderByAggregate`. Throws BAD_USER_INPUT for an entry that names no measure or several. */
export function planGroupOrder(
  input: unknown,
  template: Template,
  request: PlanRequest,
  measures: GroupMeasures,
  path: Path,
): readonly GroupOrderTerm[] {
  if (!Array.isArray(input)) return []
  assertWithinLimit('orderTerms', input.length, request.limits, { path })
  return input.map((entry, i) => {
    const place = [...path, i]
    const [measure, direction] = planMeasure(entry, template, request, place)
    return { field: measures.add(measure), direction }
  })
}

function planMeasure(
  input: unknown,
  template: Template,
  request: PlanRequest,
  path: Path,
): readonly [Measure, Direction] {
  const [name, value] = onlyEntryOf(input, path, example)
  const place = [...path, name]
  if (name === 'count') return [{ kind: 'count', where: undefined }, value as Direction]
  if (name === 'matching') {
    const { where, ...rest } = value as Readonly<Record<string, unknown>>
    const [kind, direction] = onlyEntryOf(rest, place, '{where: {…}, rate: asc}')
    countMeasure(request, place)
    const condition = planWhere(where, template, request, [...place, 'where'])
    return [{ kind: kind as 'count' | 'rate', where: condition }, direction as Direction]
  }
  if (name !== 'percentile')
    return planValue(
      value,
      { function: name as Exclude<AggregateFunctionName, 'percentile'> },
      template,
      request,
      place,
    )
  const { fraction, value: values } = value as Readonly<Record<string, unknown>>
  const how = { function: name, fraction: planFraction(fraction, [...place, 'fraction']) } as const
  return planValue(values, how, template, request, [...place, 'value'])
}

const example = 'a list such as [{count: desc}, {max: {_meta: {updateTime: asc}}}]'

function planValue(
  input: unknown,
  how: AggregateFunction,
  template: Template,
  request: PlanRequest,
  path: Path,
): readonly [Measure, Direction] {
  const [name, value] = onlyEntryOf(input, path, example)
  if (how.function === 'distinctCount' || how.function === 'percentile') countMeasure(request, [...path, name])
  if (name !== '_meta') return [measureOf(how, name, template), value as Direction]
  const [meta, direction] = onlyEntryOf(value, [...path, name], example)
  return [metaMeasureOf(how, meta), direction as Direction]
}
