import type { Path } from '../../errors.ts'
import { isKeyField } from '../build-model.ts'
import { checkPattern } from '../check-pattern.ts'
import type { DeclaredField, DeclaredTemplate, DeclaredTemplates } from '../declared-template.ts'
import type { IssueCode, TemplateIssue } from '../issue.ts'
import { keyNeededByType } from '../keys-of-type.ts'
import type { WrongValue } from '../literals/parse-literal.ts'
import { issueAt } from '../source.ts'
import { isKeySound } from './keys-end.ts'

/** Whether values can be checked against a field. If the field itself is wrong, it has its own issue. */
export function canCheckValues(field: DeclaredField, declared: DeclaredTemplates): boolean {
  if (!field.isSound || !field.members.every((member) => canCheckValues(member, declared))) return false
  const pattern = field.keys.get('pattern')
  if (typeof pattern === 'string' && checkPattern(pattern)) return false
  if (field.type === 'reference') {
    const target = declared.byName.get(String(field.keys.get('to')))
    // A value of a reference is checked against the key of its target.
    return (
      target !== undefined &&
      isKeySound(target, declared) &&
      target.fields.every((other) => !isKeyField(other, target) || canCheckValues(other, declared))
    )
  }
  const needed = field.type && keyNeededByType.get(field.type)
  return needed === undefined || field.keys.has(needed)
}

/** The issue of a wrong value below `path`, or of the name at its place. */
export function wrongValueIssue(
  wrong: WrongValue & { readonly isName?: true },
  path: Path,
  code: IssueCode,
  template: DeclaredTemplate,
): TemplateIssue {
  const place = [...path, ...wrong.path]
  if (wrong.message !== undefined)
    return issueAt(template.source, place, code, wrong.message, {
      suggestion: wrong.suggestion,
      ...(wrong.isName && { part: 'key' }),
    })
  const text = template.source.retypedAt(place) ?? ''
  const message = `${text} without quotes is not a text in YAML.`
  return issueAt(template.source, place, 'UNQUOTED', message, { suggestion: `Write "${text}".` })
}
