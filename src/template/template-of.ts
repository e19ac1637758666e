import type { Reference, Template, TemplateModel } from './model.ts'

/** The template with that name, which validation guarantees to exist. */
export function templateOf(model: Pick<TemplateModel, 'byName'>, name: string | undefined): Template {
  const template = model.byName.get(name ?? '')
  if (!template) throw new Error(`no template "${name}"`)
  return template
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
