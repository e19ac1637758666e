import type { FieldNode, GraphQLObjectType } from 'graphql'
import { createInputError } from '../errors.ts'
import type { Field, Template } from '../template/model.ts'
import { templateOf } from '../template/template-of.ts'
import { assertType, below, type PlanContext, planSubfields, type SelectedField } from './collect-selection.ts'
import { always } from './condition.ts'
import { planGroupFields } from './group-fields.ts'
import { createGroupMeasures } from './grouping/group-measures.ts'
import { planGroupOrder } from './grouping/plan-group-order.ts'
import { planHaving } from './grouping/plan-having.ts'
import { planGroupPaths } from './grouping/plan-paths.ts'
import { planTimeZone } from './grouping/plan-time-zone.ts'
import type { GroupByPlan, GroupEntry, GroupKeyEntry, GroupTerm, MetaTimeName, TimeBucket } from './groups.ts'
import { settle } from './open-value.ts'
import type { ObjectSelection } from './plan.ts'
import { planAggregate } from './plan-aggregate.ts'
import { planOrder } from './plan-order.ts'
import { pageSizes, planSize } from './plan-page.ts'
import type { PlanRequest } from './plan-request.ts'
import { assertMayRead } from './rights.ts'

type Input = Readonly<Record<string, unknown>>

/** The times of `_meta` that can have buckets, in the order in which they sort groups. */
export const metaTimes = ['createTime', 'updateTime'] as const satisfies readonly MetaTimeName[]

/** Whether a field's values are times, so that they can have buckets. */
export function isTimeField(field: Field): boolean {
  return !field.list && (field.type === 'datetime' || field.type === 'date')
}

type PlanObject = (
  template: Template,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: PlanContext,
) => ObjectSelection

/**
 * Plans a `groupBy` of a connection; `planObject` plans the selection of its objects. Throws BAD_USER_INPUT if there is
 * nothing to group by.
 */
export function planGroupBy(
  template: Template,
  selected: SelectedField,
  context: PlanContext,
  planObject: PlanObject,
): GroupByPlan {
  const { having, orderBy, orderByAggregate, first } = selected.args
  const { request, path } = context
  const measures = createGroupMeasures()
  const terms = planTerms(template, selected.args, request, path)
  return {
    terms,
    order: orderBy === 'COUNT' ? 'COUNT' : 'KEY',
    having: having === undefined ? always : planHaving(having, { template, request, measures }, [...path, 'having']),
    orderBy: planGroupOrder(orderByAggregate, template, request, measures, [...path, 'orderByAggregate']),
    measures: measures.list,
    size: planSize(settle(first), pageSizes.root, context.request, [...context.path, 'first']),
    entries: planEntries(template, terms, selected, context, planObject),
  }
}

/** The fields in the given order, then the buckets in the order of the template, because the fields of an input object have no order. */
function planTerms(
  template: Template,
  args: Input,
  request: PlanRequest,
  path: readonly string[],
): readonly GroupTerm[] {
  const fields = planGroupFields(args.by as readonly unknown[], template)
  // A group by a reference stands for an object, also if its key is not selected.
  for (const { reference } of fields)
    if (reference) assertMayRead(request.rights, templateOf(request.model, reference.to))
  const buckets = (args.buckets ?? {}) as Input
  const fieldBuckets = template.fields.filter((field) => isTimeField(field) && isGiven(buckets, field.graphqlName))
  const metaBuckets = (buckets._meta ?? {}) as Input
  const timed = metaTimes.filter((name) => isGiven(metaBuckets, name))
  const given = planTimeZone(args.timeZone, fieldBuckets.length + timed.length > 0, [...path, 'timeZone'])
  const zone = given === undefined ? {} : { zone: given }
  const twice = fieldBuckets.find((field) => fields.includes(field))
  if (twice) {
    const message = `${twice.graphqlName} is both in by and in buckets; leave it out of by to group by its ${String(buckets[twice.graphqlName])}, out of buckets to group by its values`
    throw createInputError([{ path: [...path, 'buckets', twice.graphqlName], code: 'GROUP', message }])
  }
  const terms: readonly GroupTerm[] = [
    ...fields.map((field) => ({ kind: 'field' as const, field })),
    ...fieldBuckets.map((field) => ({
      kind: 'bucket' as const,
      field,
      bucket: buckets[field.graphqlName] as TimeBucket,
      ...zone,
    })),
    ...timed.map((field) => ({
      kind: 'metaBucket' as const,
      field,
      bucket: metaBuckets[field] as TimeBucket,
      ...zone,
    })),
    ...planGroupPaths(args.paths, template, request, [...path, 'paths']).map((one) => ({
      kind: 'path' as const,
      path: one,
    })),
  ]
  if (terms.length > 0) return terms
  const message =
    'there is nothing to group by: name fields in by, or give buckets such as {_meta: {updateTime: DAY}} or paths; for all objects together, select aggregate'
  throw createInputError([{ path: [...path, 'by'], code: 'GROUP', message }])
}

function isGiven(input: Input, name: string): boolean {
  return Object.hasOwn(input, name) && input[name] !== null && input[name] !== undefined
}

function planEntries(
  template: Template,
  terms: readonly GroupTerm[],
  selected: SelectedField,
  context: PlanContext,
  planObject: PlanObject,
): GroupEntry[] {
  return planSubfields(selected, context, (inner): GroupEntry => {
    const { key, name } = inner
    if (name === 'count' || name === 'values') return { kind: name, key }
    if (name === 'key')
      return { kind: 'key', key, entries: planKeyEntries(template, terms, inner, below(context, key), planObject) }
    if (name === 'aggregate') return { kind: 'aggregate', key, entries: planAggregate(template, inner, context) }
    const selection = planObject(template, assertType(inner), inner.nodes, below(context, key))
    if (name === 'latest') return { kind: 'latest', key, selection }
    const { request } = context
    const path = [...context.path, key]
    return {
      kind: 'nodes',
      key,
      order: planOrder(inner.args.orderBy, template, request, [...path, 'orderBy']),
      size: planSize(settle(inner.args.first), pageSizes.nested, request, [...path, 'first']),
      selection,
    }
  })
}

function planKeyEntries(
  template: Template,
  terms: readonly GroupTerm[],
  selected: SelectedField,
  context: PlanContext,
  planObject: PlanObject,
): GroupKeyEntry[] {
  return planSubfields(selected, context, (inner): GroupKeyEntry => {
    const { key, name } = inner
    if (name === '_meta') return { kind: 'meta', key, entries: planMetaEntries(terms, inner, context) }
    const term = terms.findIndex(
      (one) => (one.kind === 'field' || one.kind === 'bucket') && one.field.graphqlName === name,
    )
    const reference = template.fieldByName.get(name)?.reference
    const target = reference && templateOf(context.request.model, reference.to)
    if (target) assertMayRead(context.request.rights, target)
    if (term < 0) return { kind: 'absent', key }
    if (!target) return { kind: 'value', key, term }
    const selection = planObject(target, assertType(inner), inner.nodes, below(context, key))
    return { kind: 'target', key, term, selection }
  })
}

function planMetaEntries(terms: readonly GroupTerm[], selected: SelectedField, context: PlanContext): GroupKeyEntry[] {
  return planSubfields(selected, context, ({ key, name }): GroupKeyEntry => {
    const term = terms.findIndex((one) => one.kind === 'metaBucket' && one.field === name)
    return term < 0 ? { kind: 'absent', key } : { kind: 'value', key, term }
  })
}
