import { isKeyField } from '../build-model.ts'
import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** `required: false` contradicts a `!` and a place in the key. */
export const requiredIsConsistent = fieldRule((field, template) => {
  if (field.keys.get('required') !== false) return []
  const isKey = isKeyField(field, template)
  if (!isKey && !field.required) return []
  const message = isKey
    ? `${field.name} is part of the key, so it is required.`
    : 'The type ends in "!", so the field is required.'
  return [issueAt(template.source, [...field.path, 'required'], 'CONTRADICTION', message)]
})
