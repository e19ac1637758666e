import { GraphQLObjectType, type GraphQLResolveInfo, getNamedType } from 'graphql'
import type { Template } from '../template/model.ts'
import { assertReach, type RequestReach } from './assert-reach.ts'
import type { LimitedModel } from './limited-model.ts'
import type { ReadPlan } from './plan.ts'
import { planConnection } from './plan-connection.ts'
import { planKey } from './plan-key.ts'
import { type PlanContext, planObjectSelection, type SelectedField } from './plan-selection.ts'

type Args = Readonly<Record<string, unknown>>

/** What planning takes of a root field, as graphql-js gives it to resolvers. */
export type ReadRequest = RequestReach &
  Pick<
    GraphQLResolveInfo,
    'schema' | 'fragments' | 'variableValues' | 'fieldName' | 'fieldNodes' | 'returnType' | 'path'
  >

/** `role(name:, image:, status:)`. */
export function planObjectRead(template: Template, args: Args, info: ReadRequest, model: LimitedModel): ReadPlan {
  const selected = selectedFieldOf(args, info)
  const selection = planObjectSelection(template, objectTypeOf(info), selected.nodes, { model, info, path: [] })
  return assertReach({ kind: 'object', key: planKey(template, args, model, []), selection }, info, model)
}

/** `roles(…)`. */
export function planConnectionRead(template: Template, args: Args, info: ReadRequest, model: LimitedModel): ReadPlan {
  const connection = planConnection(template, selectedFieldOf(args, info), 'root', { model, info, path: [] })
  return assertReach({ kind: 'connection', connection }, info, model)
}

/** `object(uuid:)`: of whatever template; `uuid` is in its stored form. */
export function planUuidRead(uuid: string, info: ReadRequest, model: LimitedModel): ReadPlan {
  const context: PlanContext = { model, info, path: [] }
  const selections = model.templates.map((template) => {
    const type = info.schema.getType(template.typeName)
    if (!(type instanceof GraphQLObjectType)) throw new Error(`no type "${template.typeName}"`)
    return planObjectSelection(template, type, info.fieldNodes, context)
  })
  return assertReach({ kind: 'uuid', uuid, selections }, info, model)
}

function selectedFieldOf(args: Args, info: ReadRequest): SelectedField {
  return { key: String(info.path.key), name: info.fieldName, nodes: info.fieldNodes, type: objectTypeOf(info), args }
}

function objectTypeOf(info: ReadRequest): GraphQLObjectType {
  const type = getNamedType(info.returnType)
  if (!(type instanceof GraphQLObjectType)) throw new Error(`"${info.fieldName}" is not an object`)
  return type
}
