import { allTypeNamesOf } from '../template/graphql-names.ts'
import type { Template } from '../template/model.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'

/** The filter of the latest of some related objects. */
export function defineLatestWhere(builder: DynamicBuilder, template: Template): void {
  const names = allTypeNamesOf(template)
  builder.filter(
    names.latestWhere,
    () => ({
      where: {
        type: names.where,
        description: `The ${template.pluralName} among which the latest is found; without it, all`,
      },
      per: {
        type: [names.field],
        description: 'The latest for each combination of values of these fields; one of them must match',
      },
      is: { type: names.where, required: true, description: 'What the latest must match' },
    }),
    `A condition on the latest of several ${template.pluralName}.`,
  )
}
