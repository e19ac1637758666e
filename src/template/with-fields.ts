import type { Field, Template } from './model.ts'

/** The template with these fields in place of its own; those of its key are found by their names. */
export function withFields(template: Template, fields: readonly Field[]): Template {
  const fieldByName = new Map(fields.map((field) => [field.name, field]))
  return { ...template, fields, fieldByName, key: template.key.flatMap(({ name }) => fieldByName.get(name) ?? []) }
}
