import { planNodeRead } from '../plan/plan-read.ts'
import { isNode } from '../template/graphql-names.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import type { OutputField } from './lazy/type-definitions.ts'
import { ownNamesOf } from './own-names.ts'
import { resolveObjectType } from './resolve-object-type.ts'

/**
 * The interface `Node` of GraphQL's global object identification, by which Relay, Apollo and urql keep one copy of an
 * object. Its name gives way to that of a template.
 */
export function defineNode(builder: DynamicBuilder, model: TemplateModel): void {
  if (!model.templates.some(isNode)) return
  builder.interface(
    namesOf(model).types.Node,
    { description: 'An object that clients can keep, and fetch again, by its id.', resolveType: resolveObjectType },
    () => ({ id: idField }),
  )
}

/** The interfaces that the objects of a template implement. */
export function interfacesOf(template: Template, model: TemplateModel): string[] {
  return ['RegistryObject', ...(isNode(template) ? [namesOf(model).types.Node] : [])]
}

/** The field `id` of the objects of a template, unless the template has a field with this name itself. */
export function idFields(template: Template): Record<string, OutputField> {
  return isNode(template) ? { id: idField } : {}
}

/** The root field `node`. */
export function nodeField(model: TemplateModel): Record<string, OutputField> {
  if (!model.templates.some(isNode)) return {}
  const { field, types } = namesOf(model)
  return {
    [field]: {
      type: types.Node,
      nullable: true,
      description: 'The object with this id, of any template whose objects have one.',
      args: { id: { type: 'ID', required: true, description: 'The uuid of the object.' } },
      action: { kind: 'read', plan: planNodeRead },
    },
  }
}

const idField: OutputField = {
  type: 'ID',
  description: 'The uuid of the object. An object that is deleted and created again gets another.',
}

function namesOf(model: TemplateModel) {
  return ownNamesOf('node', ['Node'], model)
}
