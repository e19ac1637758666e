import { namesOfTemplate } from '../names-of-template.ts'
import { issueAt } from '../source.ts'
import type { Rule } from './rule.ts'

/** A plural such as `series` must differ from the name, because `Query` needs two fields, for one object and for many. */
export const pluralDiffers: Rule = (declared) =>
  declared.templates.flatMap((template) => {
    const { fieldName, pluralName } = namesOfTemplate(template.name, template.plural)
    // The case of the first letter does not count: both become the same after a verb, as in `upsertImage`.
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
