import { groupFieldsOf } from '../plan/group-fields.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { hasOrder } from '../template/field-types/has-order.ts'
import { allTypeNamesOf, giveWay } from '../template/graphql-names.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import { mapFields, typesOfField } from './field-graphql.ts'
import type { InputField } from './lazy/type-definitions.ts'

const metaRange = { version: 'IntFilter', createTime: 'DateTimeFilter', updateTime: 'DateTimeFilter' }

/** The inputs of `having` and `orderByAggregate` that do not depend on a template. */
export function defineSharedHaving(builder: DynamicBuilder, model: TemplateModel): void {
  const { having, orderBy } = metaNames(model)
  builder.filter(
    having,
    () => Object.fromEntries(Object.entries(metaRange).map(([name, type]) => [name, { type }])),
    'Conditions on the least or greatest of what the registry records about the objects of a group.',
  )
  builder.input(
    orderBy,
    { description: 'The least or greatest of what the registry records about objects, as a measure.' },
    () => Object.fromEntries(Object.keys(metaRange).map((name) => [name, { type: 'OrderDirection' }])),
  )
}

function metaNames(model: TemplateModel) {
  return {
    having: giveWay('MetaHaving', 'type', model),
    orderBy: giveWay('MetaGroupOrderBy', 'type', model),
  }
}

/** The inputs that filter and order the groups of a template by their measures. */
export function defineHaving(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  const names = allTypeNamesOf(template)
  const ordered = template.fields.filter(hasOrder)
  const numbers = ordered.filter(({ type }) => fieldTypes[type].totals)
  const hasNumbers = numbers.length > 0
  const totalFilter = (total: 'avg' | 'sum') =>
    mapFields(numbers, ({ type }) => ({
      type: fieldTypes[type].totals?.[total] === 'Duration' ? 'DurationFilter' : 'FloatFilter',
    }))
  const directions = (fields: Template['fields']) => mapFields(fields, () => ({ type: 'OrderDirection' }))
  const { having, orderBy } = metaNames(model)

  builder.filter(
    names.having,
    () => ({
      AND: { type: [names.having], description: 'All of these are true' },
      OR: { type: [names.having], description: 'At least one of these is true' },
      NOT: { type: [names.having], description: 'None of these is true' },
      ...measures({
        count: 'CountFilter',
        range: names.havingRange,
        avg: names.havingAvg,
        sum: names.havingSum,
        distinctCount: names.havingDistinctCount,
        matching: names.havingMatching,
        percentile: names.havingPercentile,
      }),
    }),
    `Which groups of ${template.pluralName} to keep.`,
  )
  builder.filter(
    names.havingRange,
    () => ({
      ...mapFields(ordered, (field) => ({ type: typesOfField(template.typeName, field, model).filter })),
      _meta: { type: having },
    }),
    'Conditions on the least or greatest values in a group.',
  )
  builder.filter(
    names.havingDistinctCount,
    () => mapFields(groupFieldsOf(template), () => ({ type: 'CountFilter' })),
    'Conditions on how many different values a group has.',
  )
  builder.filter(
    names.havingMatching,
    () => ({
      where: { type: names.where, required: true },
      count: { type: 'CountFilter', description: 'How many match' },
      rate: { type: 'FloatFilter', description: 'The part that matches, from 0 to 1' },
    }),
    'Conditions on how many objects of a group match a filter.',
  )
  builder.input(names.groupOrderBy, { description: 'Exactly one measure per entry; give several as a list.' }, () =>
    measures({
      count: 'OrderDirection',
      range: names.groupOrderByRange,
      avg: names.groupOrderByTotal,
      sum: names.groupOrderByTotal,
      distinctCount: names.groupOrderByDistinctCount,
      matching: names.groupOrderByMatching,
      percentile: names.groupOrderByPercentile,
    }),
  )
  builder.input(
    names.groupOrderByRange,
    { description: 'The least or greatest value of a field, as a measure.' },
    () => ({ ...directions(ordered), _meta: { type: orderBy } }),
  )
  builder.input(
    names.groupOrderByDistinctCount,
    { description: 'The number of different values of a field, as a measure.' },
    () => directions(groupFieldsOf(template)),
  )
  builder.input(names.groupOrderByMatching, { description: 'How many objects match a filter, as a measure.' }, () => ({
    where: { type: names.where, required: true },
    count: { type: 'OrderDirection' },
    rate: { type: 'OrderDirection' },
  }))
  if (!hasNumbers) return
  builder.filter(names.havingAvg, () => totalFilter('avg'), 'Conditions on the averages in a group.')
  builder.filter(names.havingSum, () => totalFilter('sum'), 'Conditions on the sums in a group.')
  builder.filter(
    names.havingPercentile,
    () => percentile(names.havingAvg),
    'Conditions on a percentile of the values in a group.',
  )
  builder.input(names.groupOrderByTotal, { description: 'The average or the sum of a field, as a measure.' }, () =>
    directions(numbers),
  )
  builder.input(names.groupOrderByPercentile, { description: 'A percentile of a field, as a measure.' }, () =>
    percentile(names.groupOrderByTotal),
  )

  function measures(types: Readonly<Record<string, string>>): Record<string, InputField> {
    const {
      count = '',
      range = '',
      avg = '',
      sum = '',
      distinctCount = '',
      matching = '',
      percentile: value = '',
    } = types
    return {
      count: { type: count },
      min: { type: range },
      max: { type: range },
      ...(hasNumbers && { avg: { type: avg }, sum: { type: sum }, percentile: { type: value } }),
      distinctCount: { type: distinctCount },
      matching: { type: matching, description: 'How many match a filter, or which part of them' },
    }
  }
}

function percentile(type: string): Record<string, InputField> {
  return { fraction: { type: 'Float', required: true, description: 'From 0 to 1.' }, value: { type, required: true } }
}
