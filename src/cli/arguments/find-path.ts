import type { CliError } from '../cli-error.ts'
import { createUsageError } from '../cli-error.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { targetOf } from '../connection/template-names.ts'
import { findMetaField, metaField } from './find-meta-field.ts'
import { findField } from './find-template.ts'

/** The registry answers no question that leads through so many references. */
const longest = 50

/**
 * The fields of a path, in order: `image.distr` through a reference, `spec.cpu` into an object,
 * `_meta.update_time`. A field whose own name has dots wins over a path. `refuse` makes the error for a path that continues after a
 * field without fields.
 */
export function findPath(
  path: string,
  template: Template,
  templates: TemplateList,
  refuse: (end: string) => CliError,
): readonly TemplateField[] {
  const fields: TemplateField[] = []
  let current: Pick<Template, 'name' | 'fields'> | undefined = template
  let begin = 0
  while (begin <= path.length) {
    if (!current) throw refuse(path.slice(0, begin - 1))
    if (fields.length === longest)
      throw createUsageError(`${fields[0]?.name}.… leads through more than ${longest} fields.`)
    const rest = path.slice(begin)
    const isObject: boolean = fields.at(-1)?.type === 'object'
    if (/^_meta(\.|$)/.test(rest) && !isObject) {
      const [, name, ...others] = rest.split('.')
      if (others.length > 0) throw refuse(`${path.slice(0, begin)}_meta.${name}`)
      return [...fields, metaField, findMetaField(name)]
    }
    const field: TemplateField = findFirstField(rest, current)
    fields.push(field)
    begin += field.name.length + 1
    // The owner of the next field: an object, or the template of a reference.
    current = field.list ? undefined : field.type === 'object' ? field : targetOf(field, templates)
  }
  return fields
}

/** The field that a path begins with: of several, that with the longest name. */
function findFirstField(path: string, owner: Pick<Template, 'name' | 'fields'>): TemplateField {
  const begins = owner.fields.filter(({ name }) => path === name || path.startsWith(`${name}.`))
  const [first, ...others] = begins
  if (!first) return findField(owner, path.split('.', 1)[0] ?? '')
  return others.reduce((longer, field) => (field.name.length > longer.name.length ? field : longer), first)
}
