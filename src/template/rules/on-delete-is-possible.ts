import { isKeyField } from '../build-model.ts'
import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** `onDelete: unset` clears the field, which is impossible for required fields and key fields. */
export const onDeleteIsPossible = fieldRule((field, template) => {
  if (field.type !== 'reference' || field.keys.get('onDelete') !== 'unset') return []
  const why = isKeyField(field, template) ? 'is part of the key' : field.required ? 'is required' : undefined
  if (why === undefined) return []
  const message = `Deleting the target cannot unset ${field.name}, because ${field.name} ${why}.`
  return [
    issueAt(template.source, [...field.path, 'onDelete'], 'ON_DELETE', message, {
      suggestion: 'Write restrict or cascade.',
    }),
  ]
})
