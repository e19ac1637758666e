import { isKeyField } from '../build-model.ts'
import { fieldTypes } from '../field-types/field-types.ts'
import { issueAt } from '../source.ts'
import { describeForm } from './describe-form.ts'
import { fieldRule } from './rule.ts'

/** Keys are compared for equality, so only types with an unambiguous equality are allowed. */
export const keyTypes = fieldRule((field, template) => {
  if (field.type === undefined || !isKeyField(field, template)) return []
  if (!field.list && fieldTypes[field.type].canBeKey) return []
  const place = template.key?.find(({ name }) => name === field.name)?.path ?? ['key']
  return [
    issueAt(
      template.source,
      place,
      'KEY_TYPE',
      `${field.name} cannot be part of the key: it is ${describeForm(field)}.`,
    ),
  ]
})
