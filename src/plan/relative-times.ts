import { createInputError, type Path } from '../errors.ts'
import { ValueError } from '../template/field-types/field-type.ts'
import { isRelativeTime, resolveRelativeTime } from '../template/field-types/relative-time.ts'
import type { Field, TemplateModel } from '../template/model.ts'
import { memberNamed } from '../template/names/member-named.ts'

/** Whether a value to filter by has a relative time where its field has times. */
export function isRelative(value: unknown, field: Field, model: Pick<TemplateModel, 'byName'>): boolean {
  if (Array.isArray(value)) return value.some((item) => isRelative(item, field, model))
  if (field.type === 'datetime' || field.type === 'date') return isRelativeTime(value)
  const { members, single } = partsOf(field, model)
  if (single) return isRelative(value, single, model)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, one]) => {
    const member = memberNamed(members, name)
    return member !== undefined && isRelative(one, member, model)
  })
}

/** The value with its relative times resolved, where its field has times. Throws BAD_USER_INPUT for one beyond the calendar. */
export function resolveTimes(
  value: unknown,
  field: Field,
  model: Pick<TemplateModel, 'byName'>,
  now: Date,
  path: Path,
): unknown {
  if (field.list && Array.isArray(value))
    return value.map((item, i) => resolveTimes(item, { ...field, list: false }, model, now, [...path, i]))
  if ((field.type === 'datetime' || field.type === 'date') && isRelativeTime(value)) {
    try {
      return resolveRelativeTime(value, field.type, now)
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      throw createInputError([{ path, code: error.code, message: `${field.name}: ${error.message}` }])
    }
  }
  const { members, single } = partsOf(field, model)
  if (single) return resolveTimes(value, single, model, now, path)
  if (members.length === 0 || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const member = memberNamed(members, name)
      return [name, member ? resolveTimes(one, member, model, now, [...path, name]) : one]
    }),
  )
}

/** The fields inside a value: the members of an object, or of a reference's key; `single` if the key is one field. */
function partsOf(
  { members, reference }: Field,
  { byName }: Pick<TemplateModel, 'byName'>,
): { readonly members: readonly Field[]; readonly single?: Field | undefined } {
  if (!reference) return { members }
  const key = byName.get(reference.to)?.key ?? []
  return key.length === 1 ? { members: [], single: key[0] } : { members: key }
}
