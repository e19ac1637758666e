import { type CliError, createUsageError } from '../cli-error.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { targetOf } from '../connection/template-names.ts'
import { findMetaField, metaField } from './find-meta-field.ts'
import { findField } from './find-template.ts'

/** The registry answers no question that leads through so many references. */
const longest = 50

/**
 * The fields of a path, in order: `image.distr` through a reference, `spec.cpu` into an object,
 * `_meta.update_time`. `refuse` makes the error for a path that continues after a field without fields.
 */
export function findPath(
  path: string,
  template: Template,
  templates: TemplateList,
  refuse: (end: string) => CliError,
): readonly TemplateField[] {
  const fields: TemplateField[] = []
  let current: Pick<Template, 'name' | 'fields'> | undefined = template
  for (let rest: string | undefined = path; rest !== undefined; ) {
    if (fields.length === longest)
      throw createUsageError(`${fields[0]?.name}.… leads through more than ${longest} fields.`)
    if (!current) throw refuse(path.slice(0, -rest.length - 1))
    const isObject: boolean = fields.at(-1)?.type === 'object'
    const [first, name, ...others]: string[] = rest.split('.')
    if (first === '_meta' && !isObject) {
      if (others.length > 0) throw refuse(path.slice(0, -others.join('.').length - 1))
      return [...fields, metaField, findMetaField(name)]
    }
    const field: TemplateField = findStep(rest, current)
    fields.push(field)
    rest = rest === field.name ? undefined : rest.slice(field.name.length + 1)
    // The owner of the next field: an object, or the template of a reference.
    current = field.list ? undefined : field.type === 'object' ? field : targetOf(field, templates)
  }
  return fields
}

/** The field that a path begins with. A field's own name wins over a path: `a.b` may be one field. */
function findStep(path: string, owner: Pick<Template, 'name' | 'fields'>): TemplateField {
  if (owner.fields.some(({ name }) => name === path)) return findField(owner, path)
  const steps = owner.fields
    .filter(({ name }) => path.startsWith(`${name}.`))
    .sort((one, other) => other.name.length - one.name.length)
  const step = steps.find(({ list, type }) => !list && (type === 'object' || type === 'reference')) ?? steps[0]
  return step ?? findField(owner, path.split('.')[0] ?? '')
}
