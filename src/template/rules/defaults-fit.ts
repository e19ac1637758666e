import type { Path } from '../../errors.ts'
import { buildFieldWithoutDefault, buildTargets } from '../build-model.ts'
import { checkPattern } from '../check-pattern.ts'
import type { DeclaredField, DeclaredTemplate, DeclaredTemplates } from '../declared-template.ts'
import { keyNeededByType } from '../keys-of-type.ts'
import { parseDefault } from '../literals/parse-default.ts'
import { issueAt } from '../source.ts'
import { isKeySound } from './keys-end.ts'
import { fieldRule } from './rule.ts'

/** A default is a value that the field itself would accept. */
export const defaultsFit = fieldRule((field, template, declared) => {
  const written = field.keys.get('default')
  if (written === undefined || !canBeChecked(field, declared)) return []
  const bare = buildFieldWithoutDefault(field, template, declared)
  const parsed = bare && parseDefault(written, bare, field.isMember, buildTargets(field, declared))
  if (!parsed || 'kind' in parsed) return []
  return parsed.map((wrong) => {
    const path = [...field.path, 'default', ...wrong.path]
    if (wrong.message !== undefined)
      return issueAt(template.source, path, 'WRONG_DEFAULT', wrong.message, { suggestion: wrong.suggestion })
    return printUnquoted(path, template)
  })
})

function printUnquoted(path: Path, template: DeclaredTemplate) {
  const text = template.source.retypedAt(path) ?? ''
  const message = `${text} without quotes is not a text in YAML.`
  return issueAt(template.source, path, 'UNQUOTED', message, { suggestion: `Write "${text}".` })
}

/** If the field itself is wrong, it has its own issue, and its default cannot be checked. */
function canBeChecked(field: DeclaredField, declared: DeclaredTemplates): boolean {
  if (!field.isSound || !field.members.every((member) => canBeChecked(member, declared))) return false
  const pattern = field.keys.get('pattern')
  if (typeof pattern === 'string' && checkPattern(pattern)) return false
  if (field.type === 'reference') {
    const target = declared.byName.get(String(field.keys.get('to')))
    return target !== undefined && isKeySound(target, declared)
  }
  const needed = field.type && keyNeededByType.get(field.type)
  return needed === undefined || field.keys.has(needed)
}
