import type { CliError } from '../cli-error.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { targetOf } from '../connection/template-names.ts'
import { findMetaField, metaField } from './find-meta-field.ts'
import { findField } from './find-template.ts'

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
  const names = path.split('.')
  const fields: TemplateField[] = []
  let current: Pick<Template, 'name' | 'fields'> | undefined = template
  for (const [i, name] of names.entries()) {
    if (!current) throw refuse(names.slice(0, i).join('.'))
    const isObject: boolean = fields.at(-1)?.type === 'object'
    if (name === '_meta' && !isObject) {
      if (names.length > i + 2) throw refuse(names.slice(0, i + 2).join('.'))
      return [...fields, metaField, findMetaField(names[i + 1])]
    }
    const field: TemplateField = findField(current, name)
    fields.push(field)
    // The owner of the next field: an object, or the template of a reference.
    current = field.list ? undefined : field.type === 'object' ? field : targetOf(field, templates)
  }
  return fields
}
