import { namesOfTemplate } from '../names-of-template.ts'
import { issueAt } from '../source.ts'
import type { Rule } from './rule.ts'

/** `series` is its own plural, but one object and many need two fields in `Query`. */
export const pluralDiffers: Rule = (declared) =>
  declared.templates.flatMap((template) => {
    const { fieldName, pluralName } = namesOfTemplate(template.name, template.plural)
    // After a verb, as in `upsertImage`, only the case of the first letter would tell them apart.
    if (fieldName.toLowerCase() !== pluralName.toLowerCase()) return []
    const path = template.plural === undefined ? ['name'] : ['plural']
    return [
      issueAt(
        template.source,
        path,
        'PLURAL_NEEDED',
        `The plural of ${template.name} would be ${pluralName}, the same as its name.`,
        {
          suggestion: `Set another plural, such as plural: ${template.name}_list`,
        },
      ),
    ]
  })
