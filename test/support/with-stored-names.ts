import type { Json } from '../../src/template/json.ts'
import type { Field, Template, TemplateModel } from '../../src/template/model.ts'

/** A name that no field has, with all characters at which a name in SQL, in a path or in a cursor could be split. */
export function storedName(name: string): string {
  return `${[...name].reverse().join('')}."':,%${name.length}`
}

export function isStoredName(attribute: string): boolean {
  return /\."':,%\d+$/.test(attribute)
}

/** The model with all fields stored under other names than their own, as if each had been renamed. */
export function withStoredNames(model: TemplateModel): TemplateModel {
  const templates = model.templates.map((template): Template => {
    const fields = new Map(template.fields.map((field) => [field, rename(field, model)]))
    return {
      ...template,
      key: template.key.flatMap((field) => fields.get(field) ?? []),
      fields: [...fields.values()],
      fieldByName: new Map([...fields.values()].map((field) => [field.name, field])),
    }
  })
  return { ...model, templates, byName: new Map(templates.map((template) => [template.name, template])) }
}

function rename(field: Field, model: TemplateModel): Field {
  const { default: fallback } = field
  return {
    ...field,
    attribute: storedName(field.name),
    members: field.members.map((member) => rename(member, model)),
    default: fallback?.kind === 'literal' ? { kind: 'literal', value: store(fallback.value, field, model) } : fallback,
  }
}

/** A value with the stored names of its attributes. */
function store(value: Json, field: Field, model: TemplateModel): Json {
  if (Array.isArray(value))
    return field.list ? value.map((item) => store(item, { ...field, list: false }, model)) : value
  const keyFields = model.byName.get(field.reference?.to ?? '')?.key ?? []
  const [only, ...others] = keyFields
  if (only && others.length === 0) return store(value, only, model)
  const parts = field.type === 'object' ? field.members : keyFields
  if (parts.length === 0 || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const part = parts.find((one) => one.name === name)
      return part ? [storedName(name), store(inner, part, model)] : [name, inner]
    }),
  )
}
