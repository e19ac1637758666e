import type { Json, JsonObject } from './json.ts'
import type { Field, Template, TemplateModel } from './model.ts'

/** How the attributes of a stored object are called by its fields' names. */
export interface Naming {
  readonly attributes: readonly NamedAttribute[]
}

interface NamedAttribute {
  readonly attribute: string
  readonly name: string
  readonly list: boolean
  /** Of the object that the value is, or of each object in the list. */
  readonly inner: Naming | undefined
}

type TemplatesByName = Pick<TemplateModel, 'byName'>

/** Of a template's documents; undefined if all attributes are called as they are stored. */
export function namingOfDocument(template: Template, model: TemplatesByName): Naming | undefined {
  return namingOfFields(template.fields, model)
}

/** Of one value of a field, an item where it is a list: of an object, or of a key of several fields. */
export function namingOfValue(field: Field, model: TemplatesByName): Naming | undefined {
  if (!field.reference) return namingOfFields(field.members, model)
  const target = model.byName.get(field.reference.to)
  if (!target) throw new Error(`no template "${field.reference.to}"`)
  const [only, ...others] = target.key
  return only && others.length === 0 ? namingOfValue(only, model) : namingOfFields(target.key, model)
}

function namingOfFields(fields: readonly Field[], model: TemplatesByName): Naming | undefined {
  const attributes = fields.map((field) => ({
    attribute: field.attribute,
    name: field.name,
    list: field.list,
    inner: namingOfValue(field, model),
  }))
  const isPlain = attributes.every(({ attribute, name, inner }) => attribute === name && inner === undefined)
  return isPlain ? undefined : { attributes }
}

/** What only looks like a field: attributes of no field that are called like one, which is stored elsewhere. */
export function straysOf({ attributes }: Naming): readonly string[] {
  const stored = new Set(attributes.map(({ attribute }) => attribute))
  return attributes.map(({ name }) => name).filter((name) => !stored.has(name))
}

/** A stored object as it is given to callers; `sql/compile-named.ts` does the same in a statement. Attributes of no field stay as they are. */
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

/** The same of a field's value. */
export function nameValue(value: Json, list: boolean, naming: Naming | undefined): Json {
  if (list && Array.isArray(value)) return value.map((item) => nameValue(item, false, naming))
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? nameAttributes(value as JsonObject, naming)
    : value
}
