import { isKeyField } from '../build-model.ts'
import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** GraphQL does not allow deprecating required inputs (October 2021, section 3.13.3): key fields, and required members of objects. */
export const deprecatedIsOptional = fieldRule((field, template) => {
  if (!field.keys.has('deprecated')) return []
  const isKey = isKeyField(field, template)
  if (!isKey && !(field.isMember && field.required)) return []
  const message = `${field.name} is ${isKey ? 'part of the key' : 'required'}, so callers must always give it.`
  return [issueAt(template.source, [...field.path, 'deprecated'], 'DEPRECATED_REQUIRED', message)]
})
