import { groupFieldsOf } from '../plan/group-fields.ts'
import { isTimeField } from '../plan/plan-group-by.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { hasOrder } from '../template/field-types/has-order.ts'
import { typeNamesOf } from '../template/graphql-names.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { defineFieldEnum } from './define-field-enum.ts'
import { stored } from './define-shared-types.ts'
import type { DynamicBuilder, OutputField, TypeName } from './dynamic-builder.ts'
import { typesOfField } from './field-graphql.ts'

/** The types of what a list says of all its objects together: `aggregate` and `groupBy`. */
export function defineGroupTypes(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  const names = typeNamesOf(template)
  defineFieldEnum(builder, names.field, groupFieldsOf(template), `What ${template.pluralName} are grouped by.`)
  builder.object(names.group, { description: `The ${template.pluralName} of one key.` }, () => ({
    key: stored({ type: names.groupKey }),
    count: stored({ type: 'Int' }),
    latest: stored({ type: names.object, description: 'The one updated last.' }),
    aggregate: stored({ type: names.aggregate }),
  }))
  builder.object(names.groupKey, { description: 'What the objects of a group share; null for the rest.' }, () => ({
    ...valueFields(groupFieldsOf(template), (field) => typesOfField(template.typeName, field, model).output),
    _meta: stored({ type: 'MetaGroupKey' }),
  }))
  builder.input(names.groupBy, { description: 'Groups by the minute, hour, day, … of a time.' }, () => ({
    ...Object.fromEntries(
      template.fields
        .filter(isTimeField)
        .map((field) => [
          field.name,
          { type: 'TimeBucket', description: field.description, deprecated: field.deprecated },
        ]),
    ),
    _meta: { type: 'MetaGroupBy' },
  }))
  defineAggregateTypes(builder, template, model)
}

/** The fields of a connection that need these types. */
export function groupFields(template: Template): Record<string, OutputField> {
  const names = typeNamesOf(template)
  return {
    aggregate: stored({ type: names.aggregate, description: 'Of all that match, on all pages together.' }),
    groupBy: stored({
      type: [names.group],
      description: 'All that match, on all pages together, in groups of equal values.',
      args: {
        by: { type: [names.field], required: true, description: 'The fields; may be empty where buckets are given.' },
        buckets: { type: names.groupBy },
        orderBy: { type: 'GroupOrder', default: 'KEY' },
        first: { type: 'Int', description: 'At most so many groups; 100 unless given, 1,000 at most.' },
      },
    }),
  }
}

function defineAggregateTypes(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  const names = typeNamesOf(template)
  const ordered = template.fields.filter(hasOrder)
  const numbers = ordered.filter(({ type }) => fieldTypes[type].totals)
  const totalOf = (name: 'avg' | 'sum') => (field: Field) => fieldTypes[field.type].totals?.[name] ?? 'Float'
  const outputOf = (field: Field) => typesOfField(template.typeName, field, model).output
  builder.object(names.aggregate, { description: `What ${template.pluralName} come to together.` }, () => ({
    count: stored({ type: 'Int' }),
    min: stored({ type: names.min, description: 'The least of each field, in the order that orderBy has too.' }),
    max: stored({ type: names.max, description: 'The greatest of each field.' }),
    ...(numbers.length > 0 && {
      avg: stored({ type: names.avg, description: 'Of the values that there are.' }),
      sum: stored({ type: names.sum, description: 'Null where there are no values, or where it is beyond a Float.' }),
    }),
  }))
  for (const name of [names.min, names.max]) {
    builder.object(name, {}, () => ({
      ...valueFields(ordered, outputOf),
      _meta: stored({ type: 'MetaRange' }),
    }))
  }
  if (numbers.length === 0) return
  builder.object(names.avg, {}, () => valueFields(numbers, totalOf('avg')))
  builder.object(names.sum, {}, () => valueFields(numbers, totalOf('sum')))
}

function valueFields(fields: readonly Field[], typeOf: (field: Field) => TypeName): Record<string, OutputField> {
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      stored({
        type: typeOf(field),
        nullable: true,
        description: field.description,
        deprecated: field.deprecated,
      }),
    ]),
  )
}
