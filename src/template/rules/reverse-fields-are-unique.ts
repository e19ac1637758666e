import { reverseOf } from '../build-model.ts'
import { reservedFieldNames } from '../graphql-names.ts'
import type { TemplateIssue } from '../issue.ts'
import { fieldNameInGraphql } from '../names/name-in-graphql.ts'
import { issueAt } from '../source.ts'
import type { Rule } from './rule.ts'

/** The other side of a reference is a field of the target, so its name must differ from all other fields and reverse fields there. */
export const reverseFieldsAreUnique: Rule = (declared) => {
  const issues: TemplateIssue[] = []
  const taken = new Map<string, string>()
  for (const template of declared.byName.values()) {
    for (const field of template.fields) {
      const target = field.type === 'reference' ? declared.byName.get(String(field.keys.get('to'))) : undefined
      if (!target || field.wrongKeys.has('reverse')) continue
      const name = reverseOf(field, template)
      const path = field.keys.has('reverse') ? [...field.path, 'reverse'] : field.path
      const slot = JSON.stringify([target.name, name])
      const own = target.fields.find((candidate) => fieldNameInGraphql(candidate.name) === name)
      const other = own ? `the field ${own.name}` : taken.get(slot)
      const refuse = (code: 'NAME_COLLISION' | 'RESERVED_NAME', message: string) => {
        const example = `${fieldNameInGraphql(field.name)}_of_${template.name}`
        const suggestion = `Set reverse, such as reverse: ${example}`
        issues.push(
          issueAt(template.source, path, code, message, {
            suggestion,
            part: field.keys.has('reverse') ? 'value' : 'key',
          }),
        )
      }
      if (reservedFieldNames.has(name)) {
        refuse(
          'RESERVED_NAME',
          `The other side of the reference cannot be called ${name}: filters have an entry with that name.`,
        )
      } else if (other !== undefined) {
        refuse(
          'NAME_COLLISION',
          `The other side of the reference would be ${target.name}.${name}, but ${target.name} has ${other} there.`,
        )
      }
      if (!taken.has(slot)) taken.set(slot, `the other side of ${template.name}.${field.name}`)
    }
  }
  return issues
}
