import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'

/** The template of this name. Throws a usage error that suggests a similar name. */
export function findTemplate(templates: TemplateList, name: string): Template {
  const template = templates.find((one) => one.name === name)
  if (template) return template
  const names = templates.map((one) => one.name)
  const meant = findMeantTemplate(name, templates)
  const suggestion = meant ? ` Did you mean ${JSON.stringify(meant.name)}?` : suggest(name, names)
  // The registry passes over those that the caller may not read.
  const unseen = suggestion === '' ? ', or you may not read it' : ''
  throw createUsageError(
    `There is no template ${JSON.stringify(name)}${unseen}.${suggestion}\nThe registry has: ${names.join(', ') || 'none'}`,
  )
}

/** The template that has this word as its name, plural or type, the case aside: `images`, `VmImage`. */
export function findMeantTemplate(word: string, templates: TemplateList): Template | undefined {
  const isSame = (name: string) => name.toLowerCase() === word.toLowerCase()
  return templates.find(({ name, plural, type }) => isSame(name) || isSame(plural) || isSame(type))
}

/** The field of this name. Throws a usage error that suggests a similar name. */
export function findField(template: Pick<Template, 'name' | 'fields'>, name: string): TemplateField {
  const field = template.fields.find((one) => one.name === name)
  if (field) return field
  const names = template.fields.map((one) => one.name)
  throw createUsageError(
    `${template.name} has no field ${JSON.stringify(name)}.${suggest(name, names)}\nIts fields are: ${names.join(', ')}`,
  )
}
