import { fieldEnumValueOf } from '../template/graphql-names.ts'
import type { Field } from '../template/model.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'

/** An enum whose values are fields of a template, such as `RoleField`. */
export function defineFieldEnum(
  builder: DynamicBuilder,
  name: string,
  fields: readonly Field[],
  description?: string,
): void {
  builder.enumeration(
    name,
    Object.fromEntries(
      fields.map((field) => [
        fieldEnumValueOf(field),
        { description: field.description, deprecated: field.deprecated },
      ]),
    ),
    description,
  )
}
