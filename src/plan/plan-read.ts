import { GraphQLObjectType, type GraphQLResolveInfo, getNamedType } from 'graphql'
import type { Template, TemplateModel } from '../template/model.ts'
import { allOf } from './condition.ts'
import type { ReadPlan } from './plan.ts'
import { planConnection } from './plan-connection.ts'
import { planKey } from './plan-key.ts'
import { type PlanContext, planObjectSelection, type SelectedField } from './plan-selection.ts'

type Args = Readonly<Record<string, unknown>>

/** `role(name:, image:, status:)`. */
export function planObjectRead(
  template: Template,
  args: Args,
  info: GraphQLResolveInfo,
  model: TemplateModel,
): ReadPlan {
  const selected = selectedFieldOf(args, info)
  return {
    kind: 'object',
    where: allOf([{ kind: 'key', key: planKey(template, args, model, []) }]),
    selection: planObjectSelection(template, objectTypeOf(info), selected.nodes, { model, info, path: [] }),
  }
}

/** `roles(…)`. */
export function planConnectionRead(
  template: Template,
  args: Args,
  info: GraphQLResolveInfo,
  model: TemplateModel,
): ReadPlan {
  return {
    kind: 'connection',
    connection: planConnection(template, selectedFieldOf(args, info), 'root', { model, info, path: [] }),
  }
}

/** `object(uuid:)`: of whatever template; `uuid` is in its stored form. */
export function planUuidRead(uuid: string, info: GraphQLResolveInfo, model: TemplateModel): ReadPlan {
  const context: PlanContext = { model, info, path: [] }
  const selections = model.templates.map((template) => {
    const type = info.schema.getType(template.typeName)
    if (!(type instanceof GraphQLObjectType)) throw new Error(`no type "${template.typeName}"`)
    return planObjectSelection(template, type, info.fieldNodes, context)
  })
  return { kind: 'uuid', uuid, selections }
}

function selectedFieldOf(args: Args, info: GraphQLResolveInfo): SelectedField {
  return { key: String(info.path.key), name: info.fieldName, nodes: info.fieldNodes, type: objectTypeOf(info), args }
}

function objectTypeOf(info: GraphQLResolveInfo): GraphQLObjectType {
  const type = getNamedType(info.returnType)
  if (!(type instanceof GraphQLObjectType)) throw new Error(`"${info.fieldName}" is not an object`)
  return type
}
