import type { Template, TemplateField } from './template.ts'

/** The mutation's field for many objects, `upsertVmImages`. */
export function upsertManyName({ plural }: Pick<Template, 'plural'>): string {
  return `upsert${plural.charAt(0).toUpperCase()}${plural.slice(1)}`
}

/** The query's field for one object, `vmImage`. */
export function singularName({ type }: Pick<Template, 'type'>): string {
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}`
}

/** Whether the field's values, or the objects that it leads to, have an order and make groups: not those of lists, json and objects. */
export function isOrderable({ list, type }: TemplateField): boolean {
  return !list && type !== 'json' && type !== 'object'
}

/** The field as a value of an enum of fields: these words are none in GraphQL, the registry writes them with a `_`. */
export function toEnumValue({ name }: TemplateField): string {
  return ['true', 'false', 'null'].includes(name) ? `_${name}` : name
}

/** The fields of the key, in its order. */
export function keyFieldsOf(template: Template): TemplateField[] {
  return template.key.flatMap((name) => template.fields.find((field) => field.name === name) ?? [])
}
