import type { Template, TemplateModel } from './model.ts'

/** The template with that name, which validation guarantees to exist. */
export function templateOf(model: Pick<TemplateModel, 'byName'>, name: string | undefined): Template {
  const template = model.byName.get(name ?? '')
  if (!template) throw new Error(`no template "${name}"`)
  return template
}
