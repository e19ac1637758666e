import { defaultValue } from '../default-value.ts'
import type { Json } from '../json.ts'
import type { Field, Fill, Template, TemplateModel } from '../model.ts'
import { listAttributes } from '../naming.ts'
import { printTargetKeys } from '../object-key.ts'
import { formToRead, isReadAs } from './form-to-read.ts'

/** The field with what its template's objects are filled with: one with another type that former values are read as, with these. */
export function continueFilling(field: Field, former: Template, now: Date): Field {
  const fill = continueFill(field, former, now)
  const was = [...former.fields, ...former.removed].find(({ attribute }) => listAttributes(field).includes(attribute))
  if (was && was.attribute !== field.attribute && isReadAs(was, field))
    // What does not fit the former type may not fit this one either.
    return { ...field, fill, isFilling: true, isViolated: was.isViolated }
  return { ...field, fill, isFilling: field.isFilling && (fill ?? formToRead(field)) !== undefined }
}

/** What older objects get if the field is newly required: fixed when the templates are applied, whatever its default becomes. */
function continueFill(field: Field, former: Template, now: Date): Fill | undefined {
  const attributes = listAttributes(field)
  const was = former.fields.find(({ attribute }) => attributes.includes(attribute))
  if (!field.required || !field.default) return undefined
  if (was?.required && was.attribute === field.attribute) return was.fill
  if (field.default.kind === 'actor') return { kind: 'creator' }
  if (field.default.kind === 'uuid') return { kind: 'uuid' }
  const value = defaultValue(field, field.default, { now, actor: undefined })
  return value === undefined ? undefined : { kind: 'literal', value }
}

/** The fill with a value that is stored. */
export function literalFill(value: Json, field: Field, model: Pick<TemplateModel, 'byName'>): Fill {
  return { kind: 'literal', value, ...(field.reference && { keys: printTargetKeys(field, value, model) }) }
}
