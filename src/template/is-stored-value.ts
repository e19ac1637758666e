import { isDeepStrictEqual } from 'node:util'
import { type ParseContext, ValueError } from './field-types/field-type.ts'
import { fieldTypes } from './field-types/field-types.ts'
import type { Json } from './json.ts'
import type { Field, TemplateModel } from './model.ts'

/**
 * Whether a stored value, which is not null, is one of the field's type in the form that would be stored now. The field's
 * constraints do not count, nor does what an object lacks or has beside its members: neither changes how a value is read.
 */
export function isStoredValue(value: Json, field: Field, model: Pick<TemplateModel, 'byName'>): boolean {
  if (!field.list) return isStoredItem(value, field, model)
  return Array.isArray(value) && value.every((item) => item !== null && isStoredItem(item, field, model))
}

function isStoredItem(value: Json, field: Field, model: Pick<TemplateModel, 'byName'>): boolean {
  if (field.type === 'object') return isStoredObject(value, field, model)
  try {
    return isDeepStrictEqual(fieldTypes[field.type].parse(value, field, createContext(model)), value)
  } catch (error) {
    if (error instanceof ValueError) return false
    throw error
  }
}

function isStoredObject(value: Json, field: Field, model: Pick<TemplateModel, 'byName'>): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const members = new Map(Object.entries(value))
  return field.members.every((member) => {
    const stored = members.get(member.name) ?? null
    return stored === null || isStoredValue(stored, member, model)
  })
}

/** For references, whose members are the fields of their target's key. */
function createContext(model: Pick<TemplateModel, 'byName'>): ParseContext {
  return {
    templateOf(name) {
      const template = model.byName.get(name)
      if (!template) throw new Error(`no template "${name}"`)
      return template
    },
    parseMember(value, member) {
      const stored = value as Json
      if (stored === null || !isStoredValue(stored, member, model)) throw new ValueError(`not a ${member.type}`)
      return stored
    },
  }
}
