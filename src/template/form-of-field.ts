import type { JsonObject } from './json.ts'
import type { Field, TemplateModel } from './model.ts'
import { listAttributes } from './naming.ts'
import { targetOf } from './template-of.ts'

/**
 * What `registry_convert` needs to know of a field to convert a stored value into it. `formersOf` gives the attributes that a
 * member of an object had before, newest first. A missing member takes its default only if it is required: an optional one
 * may be missing because it was set to null.
 */
export function formOfField(
  field: Field,
  model: TemplateModel,
  formersOf: (member: Field) => readonly string[] = () => [],
): JsonObject {
  const { convert } = field
  return {
    type: field.type,
    list: field.list,
    ...(field.type === 'enum' && { values: field.values }),
    ...(convert && { convert }),
    ...(field.type === 'object' && {
      members: [
        ...field.members.map((member) => ({
          attribute: member.attribute,
          from: [member.attribute, ...formersOf(member)],
          form: formOfField(member, model, formersOf),
          required: member.required,
          ...(member.required && member.default?.kind === 'literal' && { fill: member.default.value }),
        })),
        // What a member left that is gone stays in the object, and comes back with the member.
        ...field.removed
          .flatMap(listAttributes)
          .map((attribute) => ({ attribute, from: [attribute], form: { type: 'json', list: false }, required: false })),
      ],
    }),
    ...(field.reference && {
      key: targetOf(field.reference, model).key.map((part) => ({
        attribute: part.attribute,
        form: formOfField(part, model),
      })),
    }),
  }
}
