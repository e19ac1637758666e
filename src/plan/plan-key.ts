import { createInputError, type InputIssue } from '../errors.ts'
import type { Json } from '../template/json.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { printKey } from '../template/object-key.ts'
import { checkFilterValue } from './filter-value.ts'

/** The canonical key that the key arguments of a field name. Throws BAD_USER_INPUT for values that no key can have. */
export function planKey(
  template: Template,
  args: Readonly<Record<string, unknown>>,
  model: TemplateModel,
  path: readonly (string | number)[],
): string {
  const issues: InputIssue[] = []
  const values: [string, Json][] = []
  for (const field of template.key) {
    const stored = checkFilterValue(args[field.name], field, model, [...path, field.name], issues)
    if (stored !== undefined) values.push([field.attribute, stored])
  }
  if (issues.length > 0) throw createInputError(issues)
  return printKey(template, Object.fromEntries(values), model)
}
