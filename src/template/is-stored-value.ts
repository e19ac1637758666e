import { isDeepStrictEqual } from 'node:util'
import { findProblems, type ValueProblem } from './check-value.ts'
import type { Json } from './json.ts'
import type { Field, TemplateModel } from './model.ts'
import { nameValue, namingOfValue } from './naming.ts'

/**
 * Whether a stored value, which is not null, has the field's type and the form that would be stored now. It ignores the field's
 * constraints, and missing and additional members of objects: these do not change how a value is read.
 */
export function isStoredValue(value: Json, field: Field, model: TemplateModel): boolean {
  if (!field.list) return isStoredItem(value, field, model)
  return Array.isArray(value) && value.every((item) => item !== null && isStoredItem(item, field, model))
}

function isStoredItem(value: Json, field: Field, model: TemplateModel): boolean {
  if (field.type === 'object') return isStoredObject(value, field, model)
  const problems: ValueProblem[] = []
  const given = nameValue(value, false, namingOfValue(field, model))
  const stored = findProblems(given, { ...field, list: false }, [], model, problems, 'type alone')
  return problems.length === 0 && isDeepStrictEqual(stored, value)
}

function isStoredObject(value: Json, field: Field, model: TemplateModel): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const members = new Map(Object.entries(value))
  return field.members.every((member) => {
    const stored = members.get(member.attribute) ?? null
    return stored === null || isStoredValue(stored, member, model)
  })
}
