import { buildBareField, buildTargets } from '../build-model.ts'
import { parseDefault } from '../literals/parse-default.ts'
import { fieldRule } from './rule.ts'
import { canCheckValues, wrongValueIssue } from './values-of-field.ts'

/** A default is a value that the field itself would accept. */
export const defaultsFit = fieldRule((field, template, declared) => {
  const written = field.keys.get('default')
  if (written === undefined || !canCheckValues(field, declared)) return []
  const bare = buildBareField(field, template, declared)
  const parsed = bare && parseDefault(written, bare, field.isMember, buildTargets(field, declared))
  if (!parsed || 'kind' in parsed) return []
  return parsed.map((wrong) => wrongValueIssue(wrong, [...field.path, 'default'], 'WRONG_DEFAULT', template))
})
