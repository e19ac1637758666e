import { defaultValue } from '../default-value.ts'
import type { Field, Fill, Template } from '../model.ts'
import { listAttributes } from '../naming.ts'
import { isWidened, widenedForm } from './widened-form.ts'

/** The field with what its template's objects are filled with. One whose type is only wider than before is filled with the values it had. */
export function continueFilling(field: Field, former: Template, now: Date): Field {
  const fill = continueFill(field, former, now)
  const was = [...former.fields, ...former.removed].find(({ attribute }) => listAttributes(field).includes(attribute))
  if (was && was.attribute !== field.attribute && isWidened(was, field))
    // What does not fit the narrower form may not fit the wider one either.
    return { ...field, fill, isFilling: true, isViolated: was.isViolated }
  return { ...field, fill, isFilling: field.isFilling && (fill ?? widenedForm(field)) !== undefined }
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
