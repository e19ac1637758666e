import { createInputError, type Path } from '../errors.ts'
import { hasOrder } from '../template/field-types/has-order.ts'
import { fieldEnumValueOf } from '../template/graphql-names.ts'
import type { Field, Template } from '../template/model.ts'

/** The fields that objects can be grouped by: all fields with an order, and single references. This includes all key fields. */
export function groupFieldsOf(template: Template): readonly Field[] {
  return template.fields.filter((field) => hasOrder(field) || (field.reference && !field.list))
}

/** The fields for values of the enum, coerced by GraphQL; each field once. */
export function planGroupFields(values: readonly unknown[], template: Template): readonly Field[] {
  return [...new Set(values)].map((value) => planGroupField(value, template))
}

/** The field for one value of the enum, which is the field's own name. */
export function planGroupField(value: unknown, template: Template): Field {
  const field = template.fieldByName.get(String(value))
  if (!field) throw new Error(`no field "${String(value)}" in "${template.name}"`)
  return field
}

/** Plans `latestPer`, or `per` of `latest`; undefined if it is not given. Throws BAD_USER_INPUT for an empty list. */
export function planLatestPer(input: unknown, template: Template, path: Path): readonly Field[] | undefined {
  if (!Array.isArray(input)) return undefined
  if (input.length > 0) return planGroupFields(input, template)
  const example = groupFieldsOf(template)[0]
  const message = `${path.at(-1)} is empty; name the fields whose equal values make a group, such as [${example ? fieldEnumValueOf(example) : ''}], or leave it out`
  throw createInputError([{ path, code: 'GROUP', message }])
}
