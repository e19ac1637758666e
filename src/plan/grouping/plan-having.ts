import type { Path } from '../../errors.ts'
import type { Field, Template } from '../../template/model.ts'
import { allOf, type Condition } from '../condition.ts'
import { operatorsOf, refuseFilter } from '../filter-input.ts'
import { planFieldWhere } from '../plan-field-where.ts'
import { planLogic } from '../plan-logic.ts'
import type { PlanRequest } from '../plan-request.ts'
import { planWhere } from '../plan-where.ts'
import { type GroupMeasures, measureOf, metaMeasureOf } from './group-measures.ts'
import { countMeasure, planFraction } from './limit-measures.ts'
import type { AggregateFunction, AggregateFunctionName } from './measure.ts'

interface HavingContext {
  readonly template: Template
  readonly request: PlanRequest
  readonly measures: GroupMeasures
}

/** Plans `having`: a condition of groups, on the document of their measures. */
export function planHaving(input: unknown, context: HavingContext, path: Path): Condition {
  const { template, request, measures } = context
  return allOf(
    operatorsOf(input, request, path).map(([name, value]) => {
      const place = [...path, name]
      const logic = planLogic(name, value, place, (one, at) => planHaving(one, context, at))
      if (logic) return logic
      if (name === 'count') return compare(value, measures.add({ kind: 'count', where: undefined }), context, place)
      if (name === 'matching') return planMatching(value, context, place)
      if (name !== 'percentile')
        return planValues(value, { function: name as Exclude<AggregateFunctionName, 'percentile'> }, context, place)
      const { fraction, value: values } = Object.fromEntries(operatorsOf(value, request, place))
      const how = { function: name, fraction: planFraction(fraction, [...place, 'fraction']) } as const
      return planValues(values, how, { template, request, measures }, [...place, 'value'])
    }),
  )
}

/** The filters of the values of some fields, by name. */
function planValues(input: unknown, how: AggregateFunction, context: HavingContext, path: Path): Condition {
  const { template, request, measures } = context
  return allOf(
    operatorsOf(input, request, path).flatMap(([name, value]) => {
      const place = [...path, name]
      if (name !== '_meta') {
        if (how.function === 'distinctCount' || how.function === 'percentile') countMeasure(request, place)
        return [compare(value, measures.add(measureOf(how, name, template)), context, place)]
      }
      return operatorsOf(value, request, place).map(([meta, filter]) =>
        compare(filter, measures.add(metaMeasureOf(how, meta)), context, [...place, meta]),
      )
    }),
  )
}

/** `{where: {…}, count: {gte: 3}, rate: {lt: 0.9}}` */
function planMatching(input: unknown, context: HavingContext, path: Path): Condition {
  const { template, request, measures } = context
  const entries = operatorsOf(input, request, path)
  const tests = entries.filter(([name]) => name !== 'where')
  if (tests.length === 0)
    throw refuseFilter(path, `the filter at ${path.join('.')} has where but nothing to compare; add count or rate`)
  const where = planWhere(new Map(entries).get('where'), template, request, [...path, 'where'])
  return allOf(
    tests.map(([name, value]) => {
      countMeasure(request, [...path, name])
      return compare(value, measures.add({ kind: name as 'count' | 'rate', where }), context, [...path, name])
    }),
  )
}

function compare(input: unknown, field: Field, { template, request }: HavingContext, path: Path): Condition {
  const { field: other } = input as Readonly<Record<string, unknown>>
  if (other !== undefined)
    throw refuseFilter(
      [...path, 'field'],
      'field compares two fields of one object, but having compares what is measured of a group; give a value',
    )
  return planFieldWhere(input, { field, at: [field.attribute] }, template, request, path)
}
