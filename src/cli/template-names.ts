import type { Template, TemplateField } from './load-template-list.ts'

/** The mutation's field for many objects, `upsertVmImages`. */
export function upsertManyName({ plural }: Pick<Template, 'plural'>): string {
  return `upsert${plural.charAt(0).toUpperCase()}${plural.slice(1)}`
}

/** The query's field for one object, `vmImage`. */
export function singularName({ type }: Pick<Template, 'type'>): string {
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}`
}

/** The fields of the key, in its order. */
export function keyFieldsOf(template: Template): TemplateField[] {
  return template.key.flatMap((name) => template.fields.find((field) => field.name === name) ?? [])
}
