import { fieldNameInGraphql } from '../../template/names/name-in-graphql.ts'
import type { Issue } from './connection.ts'
import type { Template, TemplateField } from './template.ts'

/**
 * The path of an issue of an input, `['input', 3, 'console_ports', 0, 'port_type']`, with the names that fields and members have in
 * files. In a payload its positions are texts; `input` and what is unknown stay as they are.
 */
export function toOwnPath(path: Issue['path'], template: Pick<Template, 'fields'>): Issue['path'] {
  let fields: readonly TemplateField[] = template.fields
  return path.map((step, i) => {
    const field = i === 0 ? undefined : fields.find(({ name }) => fieldNameInGraphql(name) === step)
    if (!field) return step
    fields = field.fields
    return field.name
  })
}
