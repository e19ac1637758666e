import { rootFieldNamesOf, typeNamesOf } from '../../template/graphql-names.ts'
import { camelCase } from '../../template/letter-case.ts'
import type { Template, TemplateField, TemplateList } from './template.ts'

/** The names that a template has in the registry's schema: its types, its root fields, and its object in a payload. */
export function namesOf({ name, type, plural }: Template) {
  const names = { typeName: type, fieldName: camelCase(name), pluralName: plural }
  return { types: typeNamesOf(names), ...rootFieldNamesOf(names), payloadObject: names.fieldName }
}

/** Whether objects can be ordered and grouped by the field: not by lists, json and objects. */
export function isOrderable({ list, type }: TemplateField): boolean {
  return !list && type !== 'json' && type !== 'object'
}

/** The fields of the key, in its order. */
export function keyFieldsOf(template: Template): TemplateField[] {
  return template.key.flatMap((name) => template.fields.find((field) => field.name === name) ?? [])
}

/** The field that is the whole key; undefined if the key is several fields. */
export function onlyKeyFieldOf(template: Template): TemplateField | undefined {
  return template.key.length === 1 ? keyFieldsOf(template)[0] : undefined
}

/** The template that a reference leads to; undefined for another field. */
export function targetOf({ to }: TemplateField, templates: TemplateList): Template | undefined {
  return templates.find(({ name }) => name === to)
}
