import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** Moving the data of a renamed field is not built yet; to ignore the key would lose them. */
export const renamedFromIsLater = fieldRule((field, template) => {
  if (!field.keys.has('renamedFrom')) return []
  const message = 'Renaming a field together with its data is not supported yet.'
  const suggestion = 'Keep the former name, or remove renamedFrom: the field then starts without data.'
  return [
    issueAt(template.source, [...field.path, 'renamedFrom'], 'NOT_SUPPORTED', message, { suggestion, part: 'key' }),
  ]
})
