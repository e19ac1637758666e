import { createUsageError } from './cli-error.ts'
import { findMetaField } from './find-meta-field.ts'
import { findField } from './find-template.ts'
import type { Template } from './load-template-list.ts'
import type { Json } from './parse-value.ts'

/** `--order-by distr,-_meta.update_time`: fields, the most important first; `-` means descending. */
export function parseOrderBy(text: string, template: Template): readonly Json[] {
  return text.split(',').map((part) => {
    const term = part.trim()
    const direction = term.startsWith('-') ? 'desc' : 'asc'
    const path = term.replace(/^[-+]/, '')
    if (path === '')
      throw createUsageError(
        `--order-by takes fields, such as distr,-_meta.update_time; ${JSON.stringify(text)} is not.`,
      )
    if (path.startsWith('_meta.')) return { _meta: { [findMetaField(path.slice('_meta.'.length)).name]: direction } }
    return { [findField(template, path).name]: direction }
  })
}
