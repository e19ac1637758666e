import { GraphQLObjectType, type GraphQLResolveInfo, getNamedType } from 'graphql'
import type { Template } from '../template/model.ts'
import { assertReachOfView } from './assert-reach.ts'
import { collectSelection, type PlanContext, type SelectedField } from './collect-selection.ts'
import type { ObjectSelection } from './plan.ts'
import type { PlanRequest } from './plan-request.ts'
import { planObjectSelection } from './plan-selection.ts'

/**
 * What a mutation's payload shows of the written objects: every selection of a template's object in it, named by the
 * response keys that lead there from the payload, `role` or `results.role`. A mutation that returns the object
 * itself has one view, named by the empty text.
 */
export function planViews(
  template: Template,
  info: GraphQLResolveInfo,
  request: PlanRequest,
): ReadonlyMap<string, ObjectSelection> {
  const views = new Map<string, ObjectSelection>()
  const type = getNamedType(info.returnType)
  if (type instanceof GraphQLObjectType)
    collectViews(template, type, info.fieldNodes, [], { request, operation: info, path: [] }, views)
  return views
}

function collectViews(
  template: Template,
  type: GraphQLObjectType,
  nodes: SelectedField['nodes'],
  path: readonly string[],
  context: PlanContext,
  views: Map<string, ObjectSelection>,
): void {
  if (type.name === template.typeName) {
    const selection = planObjectSelection(template, type, nodes, { ...context, path })
    assertReachOfView(selection, context.request)
    views.set(path.join('.'), selection)
    return
  }
  for (const selected of collectSelection(type, nodes, context)) {
    if (selected.type) collectViews(template, selected.type, selected.nodes, [...path, selected.key], context, views)
  }
}

/** The name of the view that the field being resolved shows. */
export function viewNameOf(info: GraphQLResolveInfo): string {
  const keys: string[] = []
  // Up to, and without, the mutation's own field; the places in lists are no part of the name.
  for (let path = info.path; path.prev; path = path.prev) if (typeof path.key === 'string') keys.unshift(path.key)
  return keys.join('.')
}
