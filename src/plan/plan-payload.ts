import type { GraphQLObjectType } from 'graphql'
import type { Template } from '../template/model.ts'
import { fieldChangeType } from '../template/names/past-type-names.ts'
import { namingOfDocument, namingsOfFormers } from '../template/naming.ts'
import { addReach, reachOfView } from './assert-reach.ts'
import { below, type PlanContext, planFields, type SelectedField } from './collect-selection.ts'
import type { ObjectSelection, TypenameEntry } from './plan.ts'
import { planObjectSelection } from './plan-selection.ts'

/** One selected field of a mutation's payload, or of a part of it. */
export type PayloadEntry =
  | TypenameEntry
  /** A value of the outcome, by its name. */
  | { readonly kind: 'value'; readonly key: string; readonly name: string }
  /** A part of the outcome, or a list of parts, by its name. */
  | { readonly kind: 'part'; readonly key: string; readonly name: string; readonly entries: readonly PayloadEntry[] }
  /** What the write has changed. */
  | {
      readonly kind: 'changes'
      readonly key: string
      readonly entries: readonly PayloadEntry[]
      readonly order: readonly string[]
    }
  /** The written object, in the view of that name. */
  | { readonly kind: 'object'; readonly key: string; readonly view: string }

/** The payload of a mutation. */
export interface PayloadPlan {
  readonly entries: readonly PayloadEntry[]
  /** Every selection of the template's object, by the response keys that lead there: `role`, `results.role`. */
  readonly views: ReadonlyMap<string, ObjectSelection>
  /** How many objects the views can reach from one written object. */
  readonly reach: number
}

/** Plans a payload of that type. A mutation that returns the object itself has one view, whose name is empty. */
export function planPayload(
  template: Template,
  type: GraphQLObjectType,
  nodes: SelectedField['nodes'],
  context: PlanContext,
): PayloadPlan {
  const views = new Map<string, ObjectSelection>()
  const entries =
    type.name === template.typeName
      ? [planView(template, type, nodes, context, views)]
      : planEntries(template, type, nodes, context, views)
  const reach = [...views.values()].reduce((sum, selection) => sum + reachOfView(selection), 0)
  addReach(reach, context.request)
  if (showsChanges(entries)) views.set(documentView, planDocument(template, context))
  return { entries, views, reach }
}

/** The view that changes are read from, among the others; no response key has its name. */
export const documentView = ':document'

/** Only the document, as `_document`. */
function planDocument(template: Template, { request }: PlanContext): ObjectSelection {
  const naming = namingOfDocument(template, request.model)
  const formers = namingsOfFormers(template, request.model)
  return {
    source: request.source(template),
    entries: [{ kind: 'document', key: 'document', naming, formers }],
  }
}

function showsChanges(entries: readonly PayloadEntry[]): boolean {
  return entries.some((entry) => entry.kind === 'changes' || (entry.kind === 'part' && showsChanges(entry.entries)))
}

function planEntries(
  template: Template,
  type: GraphQLObjectType,
  nodes: SelectedField['nodes'],
  context: PlanContext,
  views: Map<string, ObjectSelection>,
): readonly PayloadEntry[] {
  return planFields(type, nodes, context, (selected): PayloadEntry => {
    const { key, name, type: innerType } = selected
    if (!innerType) return { kind: 'value', key, name }
    const inner = below(context, key)
    if (innerType.name === template.typeName) return planView(template, innerType, selected.nodes, inner, views)
    if (innerType.name === fieldChangeType(context.request.model))
      return {
        kind: 'changes',
        key,
        entries: planEntries(template, innerType, selected.nodes, inner, views),
        order: template.fields.map((field) => field.name),
      }
    return { kind: 'part', key, name, entries: planEntries(template, innerType, selected.nodes, inner, views) }
  })
}

function planView(
  template: Template,
  type: GraphQLObjectType,
  nodes: SelectedField['nodes'],
  context: PlanContext,
  views: Map<string, ObjectSelection>,
): PayloadEntry {
  const view = context.path.join('.')
  const selection = planObjectSelection(template, type, nodes, context)
  views.set(view, selection)
  return { kind: 'object', key: context.path.at(-1) ?? '', view }
}
