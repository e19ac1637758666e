import { issueAt } from '../source.ts'
import type { Rule } from './rule.ts'

/** Two files cannot describe one template. */
export const templateNamesAreUnique: Rule = (declared) =>
  declared.templates.flatMap((template) => {
    const first = declared.byName.get(template.name)
    if (!first || first === template) return []
    return [
      issueAt(
        template.source,
        ['name'],
        'DUPLICATE_TEMPLATE',
        `The template ${template.name} is already defined in ${first.source.file}.`,
      ),
    ]
  })
