import type { Json } from '../json.ts'
import type { Field, TemplateModel } from '../model.ts'

/** A literal of a template, whose objects have names, with the attributes under which these are stored. */
export function storeLiteral(value: Json, field: Field, model: Pick<TemplateModel, 'byName'>): Json {
  if (field.list && Array.isArray(value)) return value.map((item) => storeItem(item, field, model))
  return storeItem(value, field, model)
}

function storeItem(value: Json, field: Field, model: Pick<TemplateModel, 'byName'>): Json {
  const key = model.byName.get(field.reference?.to ?? '')?.key ?? []
  const [only, ...others] = key
  if (only && others.length === 0) return storeLiteral(value, only, model)
  const parts = field.reference ? key : field.members
  if (parts.length === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const part = parts.find((one) => one.name === name)
      return part ? [part.attribute, storeLiteral(inner, part, model)] : [name, inner]
    }),
  )
}
