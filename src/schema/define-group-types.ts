import { groupFieldName, groupFieldsOf } from '../plan/group-fields.ts'
import { typeNamesOf } from '../template/graphql-names.ts'
import type { Template } from '../template/model.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'

/** What a template's lists are grouped by. */
export function defineGroupTypes(builder: DynamicBuilder, template: Template): void {
  const names = typeNamesOf(template)
  builder.enumeration(
    names.field,
    Object.fromEntries(
      groupFieldsOf(template).map((field) => [
        groupFieldName(field),
        { description: field.description, deprecated: field.deprecated },
      ]),
    ),
    `What ${template.pluralName} are grouped by.`,
  )
}
