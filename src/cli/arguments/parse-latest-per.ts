import { fieldEnumValueOf } from '../../template/graphql-names.ts'
import { createUsageError } from '../cli-error.ts'
import type { Template } from '../connection/template.ts'
import { isOrderable } from '../connection/template-names.ts'
import { findField } from './find-template.ts'

/** `--latest-per image,name`: the fields, as the registry's enum has them. */
export function parseLatestPer(text: string, template: Template): readonly string[] {
  const possible = template.fields.filter(isOrderable).map((field) => field.name)
  return text.split(',').map((part) => {
    const name = part.trim()
    if (name === '')
      throw createUsageError(
        `--latest-per takes fields, such as ${possible.slice(0, 2).join(',')}, not ${JSON.stringify(text)}.`,
      )
    const field = findField(template, name)
    if (isOrderable(field)) return fieldEnumValueOf(field)
    const what = field.list ? 'a list' : `of type ${field.type}`
    throw createUsageError(
      `--latest-per: ${name} is ${what}, which cannot be grouped by.\nIt takes: ${possible.join(', ')}`,
    )
  })
}
