import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** Renaming a field with its data is not implemented yet. Ignoring the key would lose the data. */
export const renamedFromIsLater = fieldRule((field, template) => {
  if (!field.keys.has('renamedFrom')) return []
  const message = 'Renaming a field together with its data is not supported yet.'
  const suggestion = 'Keep the former name, or remove renamedFrom: the field then starts without data.'
  return [
    issueAt(template.source, [...field.path, 'renamedFrom'], 'NOT_SUPPORTED', message, { suggestion, part: 'key' }),
  ]
})
