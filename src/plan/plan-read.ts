import { GraphQLObjectType, type GraphQLResolveInfo, getNamedType } from 'graphql'
import type { Template, TemplateModel } from '../template/model.ts'
import type { ReadPlan } from './plan.ts'
import { planConnection } from './plan-connection.ts'
import { planKey } from './plan-key.ts'
import { type PlanContext, planObjectSelection, type SelectedField } from './plan-selection.ts'

type Args = Readonly<Record<string, unknown>>

/** What planning takes of a root field, as graphql-js gives it to resolvers. */
export type ReadRequest = Pick<
  GraphQLResolveInfo,
  'schema' | 'fragments' | 'variableValues' | 'fieldName' | 'fieldNodes' | 'returnType' | 'path'
>

/** `role(name:, image:, status:)`. */
export function planObjectRead(template: Template, args: Args, info: ReadRequest, model: TemplateModel): ReadPlan {
  const selected = selectedFieldOf(args, info)
  return {
    kind: 'object',
    where: { kind: 'key', key: planKey(template, args, model, []) },
    selection: planObjectSelection(template, objectTypeOf(info), selected.nodes, { model, info, path: [] }),
  }
}

/** `roles(…)`. */
export function planConnectionRead(template: Template, args: Args, info: ReadRequest, model: TemplateModel): ReadPlan {
  return {
    kind: 'connection',
    connection: planConnection(template, selectedFieldOf(args, info), 'root', { model, info, path: [] }),
  }
}

/** `object(uuid:)`: of whatever template; `uuid` is in its stored form. */
export function planUuidRead(uuid: string, info: ReadRequest, model: TemplateModel): ReadPlan {
  const context: PlanContext = { model, info, path: [] }
  const selections = model.templates.map((template) => {
    const type = info.schema.getType(template.typeName)
    if (!(type instanceof GraphQLObjectType)) throw new Error(`no type "${template.typeName}"`)
    return planObjectSelection(template, type, info.fieldNodes, context)
  })
  return { kind: 'uuid', uuid, selections }
}

function selectedFieldOf(args: Args, info: ReadRequest): SelectedField {
  return { key: String(info.path.key), name: info.fieldName, nodes: info.fieldNodes, type: objectTypeOf(info), args }
}

function objectTypeOf(info: ReadRequest): GraphQLObjectType {
  const type = getNamedType(info.returnType)
  if (!(type instanceof GraphQLObjectType)) throw new Error(`"${info.fieldName}" is not an object`)
  return type
}
