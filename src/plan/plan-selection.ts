import type { FieldNode, GraphQLObjectType } from 'graphql'
import { isNode } from '../template/graphql-names.ts'
import type { Field, Template } from '../template/model.ts'
import { memberNamed } from '../template/names/member-named.ts'
import { referrerOf, templateOf } from '../template/template-of.ts'
import {
  assertType,
  below,
  type PlanContext,
  planFields,
  planSubfields,
  type SelectedField,
} from './collect-selection.ts'
import { planDocument } from './past/plan-document.ts'
import { planHistory } from './past/plan-history.ts'
import type { ConnectionEntry, EdgeEntry, MemberEntry, ObjectEntry, ObjectSelection } from './plan.ts'
import { planAggregate } from './plan-aggregate.ts'
import { planConnection } from './plan-connection.ts'
import { planGroupBy } from './plan-group-by.ts'
import { planMeta } from './plan-meta.ts'
import { planPageInfo } from './plan-page-info.ts'

/** Plans the selection of an object of a template. `nodes` are the field nodes whose value is the object. */
export function planObjectSelection(
  template: Template,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: PlanContext,
): ObjectSelection {
  const source = context.request.source(template)
  const entries = planFields(type, nodes, context, (selected): ObjectEntry => {
    const { key, name } = selected
    if (name === '_document') return { kind: 'document', key, ...planDocument(template, context.request.model) }
    if (name === '_history')
      return { kind: 'history', key, history: planHistory(source, selected, below(context, key)) }
    if (name === 'id' && isNode(template)) return { kind: 'id', key }
    if (name === '_meta') return { kind: 'meta', key, entries: planMeta(selected, context) }
    const field = template.fieldByName.get(name)
    if (!field) return planReverse(template, selected, context)
    if (field.type === 'object') return { kind: 'members', key, field, members: planMembers(field, selected, context) }
    if (!field.reference) return { kind: 'field', key, field }
    const target = templateOf(context.request.model, field.reference.to)
    return {
      kind: 'reference',
      key,
      field,
      selection: planObjectSelection(target, assertType(selected), selected.nodes, below(context, key)),
    }
  })
  return { source, entries }
}

function planReverse(template: Template, selected: SelectedField, context: PlanContext): ObjectEntry {
  const { from, field } = referrerOf(context.request.model, template, selected.name)
  return {
    kind: 'connection',
    key: selected.key,
    field,
    connection: planConnection(from, selected, 'nested', below(context, selected.key), planConnectionEntries),
  }
}

function planMembers(field: Field, selected: SelectedField, context: PlanContext): MemberEntry[] {
  return planSubfields(selected, context, (inner): MemberEntry => {
    const { key, name } = inner
    const member = memberNamed(field.members, name)
    if (!member) throw new Error(`no member "${name}" in "${field.name}"`)
    if (member.type === 'object')
      return { kind: 'members', key, field: member, members: planMembers(member, inner, context) }
    return { kind: 'field', key, field: member }
  })
}

/** Plans the selection of a connection. */
export function planConnectionEntries(
  template: Template,
  selected: SelectedField,
  context: PlanContext,
): ConnectionEntry[] {
  return planSubfields(selected, context, (inner): ConnectionEntry => {
    const { key, name } = inner
    if (name === 'totalCount') return { kind: 'totalCount', key }
    if (name === 'pageInfo') return { kind: 'pageInfo', key, entries: planPageInfo(inner, context) }
    if (name === 'edges') return { kind: 'edges', key, entries: planEdge(template, inner, below(context, key)) }
    if (name === 'nodes')
      return {
        kind: 'nodes',
        key,
        selection: planObjectSelection(template, assertType(inner), inner.nodes, below(context, key)),
      }
    if (name === 'aggregate') return { kind: 'aggregate', key, entries: planAggregate(template, inner, context) }
    if (name === 'groupBy')
      return { kind: 'groupBy', key, groups: planGroupBy(template, inner, below(context, key), planObjectSelection) }
    throw new Error(`no field "${name}" in "${assertType(selected).name}"`)
  })
}

function planEdge(template: Template, selected: SelectedField, context: PlanContext): EdgeEntry[] {
  return planSubfields(selected, context, (inner): EdgeEntry => {
    const { key, name } = inner
    if (name === 'cursor') return { kind: 'cursor', key }
    return {
      kind: 'node',
      key,
      selection: planObjectSelection(template, assertType(inner), inner.nodes, below(context, key)),
    }
  })
}
