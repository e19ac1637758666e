import { withFields, withTemplates } from '../build-model.ts'
import type { Field, Template, TemplateModel } from '../model.ts'

/** The model, whose former references may lead to storages that have ended: their values stay, as any values. */
export function withoutLostTargets(model: TemplateModel): TemplateModel {
  const storages = new Set(
    [...model.templates, ...model.removed].flatMap(({ stored, former }) => [stored, former?.stored]),
  )
  const release = (field: Field): Field => {
    const { reference } = field
    const isLost = reference?.stored !== undefined && !storages.has(reference.stored)
    const released = isLost ? { ...anyValue(field), attribute: field.attribute } : field
    return { ...released, formers: field.formers.map(release) }
  }
  const releaseAll = (template: Template): Template => ({
    ...withFields(template, template.fields.map(release)),
    removed: template.removed.map(release),
    former: template.former && releaseAll(template.former),
  })
  return withTemplates({ ...model, removed: model.removed.map(releaseAll) }, model.templates.map(releaseAll))
}

/** Any value, under the field's name. */
export function anyValue(field: Field): Field {
  const { name, description } = field
  return {
    ...field,
    ...{ name, description, attribute: name, type: 'json', list: false, required: false, default: undefined },
    ...{ unique: false, indexed: false, constraints: {}, values: [], members: [], reference: undefined },
    ...{ convert: undefined, convertsFrom: undefined },
  }
}
