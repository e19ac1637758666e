import type { InputIssue, Path } from '../errors.ts'
import { checkValue } from './check-value.ts'
import type { JsonObject } from './json.ts'
import type { Template, TemplateModel } from './model.ts'
import { nameAttributes, namingOfDocument } from './naming.ts'

/** The problems of a whole document, as it is or would be stored, with its template. */
export function validateDocument(
  template: Template,
  stored: JsonObject,
  model: Pick<TemplateModel, 'byName'>,
  path: Path,
): InputIssue[] {
  const issues: InputIssue[] = []
  const document = nameAttributes(stored, namingOfDocument(template, model))
  for (const field of template.fields) {
    const value = Object.hasOwn(document, field.name) ? document[field.name] : undefined
    const place = [...path, field.name]
    if (value !== undefined && value !== null) checkValue(value, field, place, model, issues)
    else if (field.required) issues.push(requiredIssue(field.name, place))
  }
  return issues
}

export function requiredIssue(name: string, path: Path): InputIssue {
  return { path, code: 'REQUIRED', message: `${name} is required; give a value` }
}
