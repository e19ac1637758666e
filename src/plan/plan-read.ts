import { type FieldNode, GraphQLObjectType, type GraphQLResolveInfo, getNamedType } from 'graphql'
import { createInputError } from '../errors.ts'
import { ValueError } from '../template/field-types/field-type.ts'
import { parseUuid } from '../template/field-types/uuid.ts'
import { isNode } from '../template/graphql-names.ts'
import type { Template } from '../template/model.ts'
import { assertReach } from './assert-reach.ts'
import type { PlanContext, PlannedOperation, SelectedField } from './collect-selection.ts'
import { derive, type Given } from './open-value.ts'
import type { ObjectSelection, ReadPlan } from './plan.ts'
import { planConnection } from './plan-connection.ts'
import { planKey } from './plan-key.ts'
import type { PlanRequest } from './plan-request.ts'
import { planConnectionEntries, planObjectSelection } from './plan-selection.ts'
import { readableOf } from './rights.ts'

type Args = Readonly<Record<string, unknown>>

/** The parts of a root field that planning needs, as graphql-js gives them to resolvers. */
export type RootField = PlannedOperation & Pick<GraphQLResolveInfo, 'fieldName' | 'fieldNodes' | 'returnType' | 'path'>

/** `role(name:, image:, status:)`. */
export function planObjectRead(template: Template, args: Args, field: RootField, request: PlanRequest): ReadPlan {
  const selected = selectedFieldOf(args, field)
  const selection = planObjectSelection(template, objectTypeOf(field), selected.nodes, contextOf(field, request))
  return assertReach({ kind: 'object', key: planKey(template, args, request), selection }, request)
}

/** `roles(…)`. */
export function planConnectionRead(template: Template, args: Args, field: RootField, request: PlanRequest): ReadPlan {
  const connection = planConnection(
    template,
    selectedFieldOf(args, field),
    'root',
    contextOf(field, request),
    planConnectionEntries,
  )
  return assertReach({ kind: 'connection', connection }, request)
}

/** `object(uuid:)`, an object of any template. */
export function planUuidRead(args: Args, field: RootField, request: PlanRequest): ReadPlan {
  return planAnyRead(derive(args.uuid as Given<string>, String), request.model.templates, field, request)
}

/** `node(id:)`, an object of any template whose objects have an id. Throws BAD_USER_INPUT for an id that no object can have. */
export function planNodeRead(args: Args, field: RootField, request: PlanRequest): ReadPlan {
  return planAnyRead(derive(args.id as Given<string>, parseId), request.model.templates.filter(isNode), field, request)
}

function parseId(id: string): string {
  try {
    return parseUuid(id)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw createInputError([{ path: ['id'], code: error.code, message: `id: ${error.message}` }])
  }
}

function planAnyRead(
  uuid: Given<string>,
  templates: readonly Template[],
  field: RootField,
  request: PlanRequest,
): ReadPlan {
  const context = contextOf(field, request)
  const selections = planAnyObject(field.fieldNodes, readableOf(request.rights, templates), context)
  return assertReach({ kind: 'uuid', uuid, selections }, request)
}

/** The selection of an object that may be of any of these templates: one for each. */
export function planAnyObject(
  nodes: readonly FieldNode[],
  templates: readonly Template[],
  context: PlanContext,
): readonly ObjectSelection[] {
  return templates.map((template) => {
    const type = context.operation.schema.getType(template.typeName)
    if (!(type instanceof GraphQLObjectType)) throw new Error(`no type "${template.typeName}"`)
    return planObjectSelection(template, type, nodes, context)
  })
}

/** A root field as one that is selected. */
export function selectedFieldOf(args: Args, field: RootField): SelectedField {
  return {
    key: String(field.path.key),
    name: field.fieldName,
    nodes: field.fieldNodes,
    type: objectTypeOf(field),
    args,
  }
}

/** The type of a root field's value. */
export function objectTypeOf(field: RootField): GraphQLObjectType {
  const type = getNamedType(field.returnType)
  if (!(type instanceof GraphQLObjectType)) throw new Error(`"${field.fieldName}" is not an object`)
  return type
}

export function contextOf(operation: PlannedOperation, request: PlanRequest): PlanContext {
  return { request, operation, path: [] }
}
