import { fieldNameInGraphql } from '../../template/names/name-in-graphql.ts'
import { createUsageError } from '../cli-error.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { isOrderable, targetOf } from '../connection/template-names.ts'
import { findPath } from './find-path.ts'
import type { Json } from './parse-value.ts'

/** `--order-by image.distr,-_meta.update_time`: fields, the most important first; `-` means descending. */
export function parseOrderBy(text: string, template: Template, templates: TemplateList): readonly Json[] {
  return text.split(',').map((part) => {
    const term = part.trim()
    const direction = term.startsWith('-') ? 'desc' : 'asc'
    const path = term.replace(/^[-+]/, '')
    if (path === '')
      throw createUsageError(`--order-by takes fields, such as distr,-_meta.update_time, not ${JSON.stringify(text)}.`)
    const fields = findPath(path, template, templates, (end) =>
      createUsageError(`--order-by: ${end} has no fields of its own to order by.`),
    )
    assertOrdered(path, fields, templates)
    return fields.reduceRight<Json>((inner, field) => ({ [fieldNameInGraphql(field.name)]: inner }), direction)
  })
}

/** Throws a usage error for a field that the registry cannot order by. */
function assertOrdered(path: string, fields: readonly TemplateField[], templates: TemplateList): void {
  const field = fields.find((one) => !isOrderable(one))
  if (field)
    throw createUsageError(
      `--order-by: ${field.name} is ${field.list ? 'a list' : `of type ${field.type}`}, which has no order.`,
    )
  const last = fields.at(-1)
  if (last?.type !== 'reference') return
  const [name = '…'] = targetOf(last, templates)?.key ?? []
  throw createUsageError(`--order-by: ${path} is a reference; name a field of its target, such as ${path}.${name}`)
}
