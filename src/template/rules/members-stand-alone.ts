import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** An object is one value: its members cannot be references, unique or indexed, and are not converted one by one. */
export const membersStandAlone = fieldRule((field, template) => {
  if (!field.isMember) return []
  const message = (what: string) => `A member of an object cannot be ${what}.`
  const at = { part: 'key' } as const
  if (field.type === 'reference') {
    return [issueAt(template.source, field.path, 'NOT_IN_OBJECT', message('a reference'), at)]
  }
  const found = (['unique', 'indexed'] as const)
    .filter((key) => field.keys.get(key) === true)
    .map((key) => issueAt(template.source, [...field.path, key], 'NOT_IN_OBJECT', message(key), at))
  if (!field.keys.has('convert')) return found
  const why = 'A member of an object cannot have convert: only the values of whole fields are converted.'
  return [...found, issueAt(template.source, [...field.path, 'convert'], 'NOT_IN_OBJECT', why, at)]
})
