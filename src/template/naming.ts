import type { Json, JsonObject } from './json.ts'
import type { Field, Template, TemplateModel } from './model.ts'
import { targetOf } from './template-of.ts'

/** Maps the attributes of a stored object to the names of its fields. */
export interface Naming {
  readonly attributes: readonly NamedAttribute[]
  /** The attributes of members that are gone, which callers do not get. */
  readonly hidden: readonly string[]
}

interface NamedAttribute {
  readonly attribute: string
  readonly name: string
  readonly list: boolean
  /** The naming of the value, if it is an object, or of each object in a list. */
  readonly inner: Naming | undefined
}

/** The naming of a template's documents; undefined if each attribute has its field's name. */
export function namingOfDocument(template: Template, model: TemplateModel): Naming | undefined {
  return namingOfFields(template.fields, [], model)
}

/** The naming of a field's value, or of an item if the field is a list: of an object, or of a key of several fields. */
export function namingOfValue(field: Field, model: TemplateModel): Naming | undefined {
  if (!field.reference) return namingOfFields(field.members, field.removed, model)
  const target = targetOf(field.reference, model)
  const [only, ...others] = target.key
  return only && others.length === 0 ? namingOfValue(only, model) : namingOfFields(target.key, [], model)
}

/** A former form of a field, and the naming of its values. */
export interface FormerNaming {
  readonly field: Field
  readonly form: Field
  readonly naming: Naming | undefined
}

export function namingsOfFormers({ fields }: Template, model: TemplateModel): readonly FormerNaming[] {
  return fields.flatMap((field) => field.formers.map((form) => ({ field, form, naming: namingOfValue(form, model) })))
}

function namingOfFields(fields: readonly Field[], removed: readonly Field[], model: TemplateModel): Naming | undefined {
  const attributes = fields.map((field) => ({
    attribute: field.attribute,
    name: field.name,
    list: field.list,
    inner: namingOfValue(field, model),
  }))
  const hidden = removed.flatMap(listAttributes)
  const isPlain =
    hidden.length === 0 && attributes.every(({ attribute, name, inner }) => attribute === name && inner === undefined)
  return isPlain ? undefined : { attributes, hidden }
}

/** Attributes that callers do not get: of members that are gone, and those with the name of a field that is stored under another one. */
export function straysOf({ attributes, hidden }: Naming): readonly string[] {
  const stored = new Set(attributes.map(({ attribute }) => attribute))
  return [...hidden, ...attributes.map(({ name }) => name).filter((name) => !stored.has(name))]
}

/** A stored object with its fields' names, as callers get it; `sql/compile-named.ts` does the same in a statement. Attributes of no field stay as they are. */
export function nameAttributes(stored: JsonObject, naming: Naming | undefined): JsonObject {
  if (!naming) return stored
  const byAttribute = new Map(naming.attributes.map((one) => [one.attribute, one]))
  const strays = new Set(straysOf(naming))
  return Object.fromEntries(
    Object.entries(stored)
      .filter(([attribute]) => !strays.has(attribute))
      .map(([attribute, value]): [string, Json] => {
        const one = byAttribute.get(attribute)
        return one ? [one.name, nameValue(value, one.list, one.inner)] : [attribute, value]
      }),
  )
}

/** The same for a field's value. */
export function nameValue(value: Json, list: boolean, naming: Naming | undefined): Json {
  if (list && Array.isArray(value)) return value.map((item) => nameValue(item, false, naming))
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? nameAttributes(value as JsonObject, naming)
    : value
}

/** A named object as it is stored: the inverse of `nameAttributes`. Names of no field stay as they are. */
export function storeNames(named: JsonObject, naming: Naming | undefined): JsonObject {
  if (!naming) return named
  const byName = new Map(naming.attributes.map((one) => [one.name, one]))
  return Object.fromEntries(
    Object.entries(named).map(([name, value]): [string, Json] => {
      const one = byName.get(name)
      return one ? [one.attribute, storeValue(value, one.list, one.inner)] : [name, value]
    }),
  )
}

function storeValue(value: Json, list: boolean, naming: Naming | undefined): Json {
  if (list && Array.isArray(value)) return value.map((item) => storeValue(item, false, naming))
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? storeNames(value as JsonObject, naming)
    : value
}

/** The attributes of all forms of a field, the present one first. */
export function listAttributes({ attribute, formers }: Field): readonly string[] {
  return [attribute, ...formers.map((former) => former.attribute)]
}
