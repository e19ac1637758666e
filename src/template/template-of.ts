import type { Field, Reference, Template, TemplateModel } from './model.ts'

/** The template with that name, which validation guarantees to exist. */
export function templateOf(model: Pick<TemplateModel, 'byName'>, name: string | undefined): Template {
  const template = model.byName.get(name ?? '')
  if (!template) throw new Error(`no template "${name}"`)
  return template
}

/** The template and the reference on whose other side the template has a field with that name. */
export function referrerOf(
  model: Pick<TemplateModel, 'byName'>,
  template: Template,
  name: string,
): { readonly from: Template; readonly field: Field } {
  const reverse = template.reverseFields.find((one) => one.name === name)
  const from = templateOf(model, reverse?.from)
  const field = from.fieldByName.get(reverse?.field ?? '')
  if (!field) throw new Error(`no field "${name}" in "${template.name}"`)
  return { from, field }
}

/** The target of a reference as it was when the reference had this form: with its former key, or though its file is gone. */
export function targetOf({ to, stored }: Reference, model: TemplateModel): Template {
  const storages = [...model.templates, ...model.removed]
  const target =
    stored === undefined
      ? storages.find(({ name }) => name === to)
      : [...storages, ...storages.flatMap(({ former }) => former ?? [])].find((template) => template.stored === stored)
  if (!target) throw new Error(`no template "${stored ?? to}"`)
  return target
}
