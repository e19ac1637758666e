import { createInputError, type InputIssue } from '../errors.ts'
import type { Json } from '../template/json.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { printKey } from '../template/object-key.ts'
import { checkFilterValue } from './filter-value.ts'
import { deriveAt, type Given, gather } from './open-value.ts'
import type { PlanRequest } from './plan-request.ts'
import { isRelative } from './relative-times.ts'

/** The canonical key for the key arguments of a field. Throws BAD_USER_INPUT for values that no key can have. */
export function planKey(
  template: Template,
  args: Readonly<Record<string, unknown>>,
  { model, moment }: PlanRequest,
): Given<string> {
  const given = gather(template.key.map((field) => args[field.graphqlName]))
  const hasRelative = (values: unknown) =>
    template.key.some((field, i) => isRelative((values as readonly unknown[])[i], field, model))
  return deriveAt(given, hasRelative, moment, (values, time) =>
    parseKey(template, values as readonly unknown[], model, time),
  )
}

function parseKey(template: Template, given: readonly unknown[], model: TemplateModel, moment: () => Date): string {
  const issues: InputIssue[] = []
  const values: [string, Json][] = []
  for (const [i, field] of template.key.entries()) {
    const stored = checkFilterValue(given[i], field, model, [field.graphqlName], issues, moment)
    if (stored !== undefined) values.push([field.attribute, stored])
  }
  if (issues.length > 0) throw createInputError(issues)
  return printKey(template, Object.fromEntries(values), model)
}
