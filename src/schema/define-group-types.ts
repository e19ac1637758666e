import { groupFieldsOf } from '../plan/group-fields.ts'
import { isTimeField } from '../plan/plan-group-by.ts'
import { pageSizes } from '../plan/plan-page.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { hasOrder } from '../template/field-types/has-order.ts'
import { allTypeNamesOf } from '../template/graphql-names.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { defineHaving } from './define-having.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import { fieldEnumValues, mapFields, typesOfField } from './field-graphql.ts'
import type { OutputField } from './lazy/type-definitions.ts'

/** The types of `aggregate` and `groupBy`, which summarize all objects of a list. */
export function defineGroupTypes(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  const names = allTypeNamesOf(template)
  builder.enumeration(
    names.field,
    fieldEnumValues(groupFieldsOf(template)),
    `The fields to group ${template.pluralName} by.`,
  )
  builder.object(names.group, { description: `The ${template.pluralName} with one key.` }, () => ({
    key: { type: names.groupKey },
    count: { type: 'Int' },
    latest: {
      type: names.object,
      description: 'The latest one: by the field that the template names in latestBy, then by the update time.',
    },
    aggregate: { type: names.aggregate },
    values: { type: 'JSON', description: 'The values at the given paths, as a list; null for absent ones.' },
    nodes: {
      type: [names.object],
      description: 'The first objects of the group.',
      args: {
        orderBy: { type: [names.orderBy], description: 'Default: oldest first.' },
        first: {
          type: 'Int',
          default: pageSizes.nested,
          isDefaultPlanned: true,
          description: 'The maximum number, at most 1,000.',
        },
      },
    },
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
  defineHaving(builder, template, model)
}

/** The fields of a connection that need these types. */
export function groupFields(template: Template): Record<string, OutputField> {
  const names = allTypeNamesOf(template)
  return {
    aggregate: { type: names.aggregate, description: 'Totals of all matching objects, on all pages.' },
    groupBy: {
      type: [names.group],
      description: 'All matching objects, on all pages, in groups of equal values.',
      args: {
        by: {
          type: [names.field],
          required: true,
          description: 'The fields; may be empty if there are buckets or paths.',
        },
        buckets: { type: names.groupBy, description: 'Times to group by, each cut to the beginning of its bucket.' },
        paths: {
          type: [['String']],
          description:
            'Other values, by the names that lead to them: fields of referenced objects, members, places in json, items of a list. See values.',
        },
        timeZone: {
          type: 'String',
          description: 'Where days begin, for buckets of times: "Europe/Berlin". Default: UTC.',
        },
        having: { type: names.having, description: 'Only groups whose measures match.' },
        orderBy: { type: 'GroupOrder', default: 'KEY', description: 'By the key, or the largest groups first.' },
        orderByAggregate: { type: [names.groupOrderBy], description: 'By measures first; equal groups by orderBy.' },
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
  const names = allTypeNamesOf(template)
  const ordered = template.fields.filter(hasOrder)
  const numbers = ordered.filter(({ type }) => fieldTypes[type].totals)
  builder.object(names.aggregate, { description: `Totals of ${template.pluralName}.` }, () => ({
    count: {
      type: 'Int',
      description: 'How many there are, or how many match where.',
      args: { where: { type: names.where } },
    },
    rate: {
      type: 'Float',
      nullable: true,
      description: 'The part that matches where, from 0 to 1; null if there are none.',
      args: { where: { type: names.where, required: true } },
    },
    distinctCount: { type: names.distinctCount, description: 'How many different values each field has.' },
    min: { type: names.min, description: 'The least value of each field, by the same order as orderBy.' },
    max: { type: names.max, description: 'The greatest value of each field.' },
    ...(numbers.length > 0 && {
      avg: { type: names.avg, description: 'Averages; absent values are ignored.' },
      sum: { type: names.sum, description: 'Sums; null if there are no values, or if the sum is beyond a Float.' },
      percentile: {
        type: names.avg,
        description:
          'The values below which that part of the values lies, interpolated as by PERCENTILE_CONT: fraction 0.5 gives medians.',
        args: { fraction: { type: 'Float', required: true, description: 'From 0 to 1.' } },
      },
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
  builder.object(
    names.distinctCount,
    { description: 'How many different values each field has; absent values do not count.' },
    () => mapFields(groupFieldsOf(template), () => ({ type: 'Int' })),
  )
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
