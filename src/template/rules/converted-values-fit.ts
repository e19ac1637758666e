import { buildBareField, buildTargets, isKeyField } from '../build-model.ts'
import { typesOfKey } from '../keys-of-type.ts'
import { parseConvert } from '../literals/parse-convert.ts'
import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'
import { canCheckValues, wrongValueIssue } from './values-of-field.ts'

/** `convert` gives values that the field itself would accept. Keys never change, so they are not converted. */
export const convertedValuesFit = fieldRule((field, template, declared) => {
  const { type, keys, path } = field
  const written = keys.get('convert')
  if (written === undefined) return []
  const place = [...path, 'convert']
  if (isKeyField(field, template)) {
    const message = `${field.name} is part of the key, and the values of a key never change.`
    const suggestion = `Remove convert, or take ${field.name} out of the key.`
    return [issueAt(template.source, place, 'WRONG_CONVERT', message, { suggestion, part: 'key' })]
  }
  // Members, and types that cannot be converted, have their own issues.
  if (field.isMember || !type || !typesOfKey.get('convert')?.includes(type)) return []
  if (!canCheckValues(field, declared)) return []
  const bare = buildBareField(field, template, declared)
  const values = written as Readonly<Record<string, unknown>>
  const parsed = bare && parseConvert(values, bare, buildTargets(field, declared))
  if (!Array.isArray(parsed)) return []
  return parsed.map((wrong) => wrongValueIssue(wrong, place, 'WRONG_CONVERT', template))
})
