import { groupFieldsOf } from '../plan/group-fields.ts'
import { isTimeField } from '../plan/plan-group-by.ts'
import { pageSizes } from '../plan/plan-page.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { hasOrder } from '../template/field-types/has-order.ts'
import { typeNamesOf } from '../template/graphql-names.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import type { DynamicBuilder, OutputField } from './dynamic-builder.ts'
import { fieldEnumValues, mapFields, typesOfField } from './field-graphql.ts'

/** The types of `aggregate` and `groupBy`, which summarize all objects of a list. */
export function defineGroupTypes(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  const names = typeNamesOf(template)
  builder.enumeration(
    names.field,
    fieldEnumValues(groupFieldsOf(template)),
    `The fields to group ${template.pluralName} by.`,
  )
  builder.object(names.group, { description: `The ${template.pluralName} with one key.` }, () => ({
    key: { type: names.groupKey },
    count: { type: 'Int' },
    latest: { type: names.object, description: 'The most recently updated one.' },
    aggregate: { type: names.aggregate },
  }))
  builder.object(
    names.groupKey,
    { description: 'The values that the objects of a group share; null for fields that are not grouped by.' },
    () => ({
      ...valueFields(groupFieldsOf(template), template, model),
      _meta: { type: 'MetaGroupKey' },
    }),
  )
  builder.input(names.groupBy, { description: 'Groups by the minute, hour, day, … of a time.' }, () => ({
    ...mapFields(template.fields.filter(isTimeField), () => ({ type: 'TimeBucket' })),
    _meta: { type: 'MetaGroupBy' },
  }))
  defineAggregateTypes(builder, template, model)
}

/** The fields of a connection that need these types. */
export function groupFields(template: Template): Record<string, OutputField> {
  const names = typeNamesOf(template)
  return {
    aggregate: { type: names.aggregate, description: 'Totals of all matching objects, on all pages.' },
    groupBy: {
      type: [names.group],
      description: 'All matching objects, on all pages, in groups of equal values.',
      args: {
        by: { type: [names.field], required: true, description: 'The fields; may be empty if buckets are given.' },
        buckets: { type: names.groupBy },
        orderBy: { type: 'GroupOrder', default: 'KEY' },
        first: {
          type: 'Int',
          default: pageSizes.root,
          isDefaultPlanned: true,
          description: 'The maximum number of groups, at most 1,000.',
        },
      },
    },
  }
}

function defineAggregateTypes(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  const names = typeNamesOf(template)
  const ordered = template.fields.filter(hasOrder)
  const numbers = ordered.filter(({ type }) => fieldTypes[type].totals)
  builder.object(names.aggregate, { description: `Totals of ${template.pluralName}.` }, () => ({
    count: { type: 'Int' },
    min: { type: names.min, description: 'The least value of each field, by the same order as orderBy.' },
    max: { type: names.max, description: 'The greatest value of each field.' },
    ...(numbers.length > 0 && {
      avg: { type: names.avg, description: 'Averages; absent values are ignored.' },
      sum: { type: names.sum, description: 'Sums; null if there are no values, or if the sum is beyond a Float.' },
    }),
  }))
  for (const [name, which] of [
    [names.min, 'least'],
    [names.max, 'greatest'],
  ] as const)
    builder.object(name, { description: `The ${which} value of each field; null if no object has one.` }, () => ({
      ...valueFields(ordered, template, model),
      _meta: { type: 'MetaRange' },
    }))
  if (numbers.length === 0) return
  for (const name of ['avg', 'sum'] as const)
    builder.object(
      names[name],
      { description: `The ${name === 'avg' ? 'average' : 'sum'} of each number or duration.` },
      () => mapFields(numbers, ({ type }) => ({ type: fieldTypes[type].totals?.[name] ?? 'Float', nullable: true })),
    )
}

function valueFields(fields: readonly Field[], template: Template, model: TemplateModel): Record<string, OutputField> {
  return mapFields(fields, (field) => ({
    type: typesOfField(template.typeName, field, model).output,
    nullable: true,
  }))
}
