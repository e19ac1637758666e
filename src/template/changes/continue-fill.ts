import { defaultValue } from '../default-value.ts'
import type { Field, Fill, Template } from '../model.ts'
import { listAttributes } from '../naming.ts'

/** What older objects get if the field is newly required: fixed when the templates are applied, whatever its default becomes. */
export function continueFill(field: Field, former: Template, now: Date): Fill | undefined {
  const attributes = listAttributes(field)
  const was = former.fields.find(({ attribute }) => attributes.includes(attribute))
  if (!field.required || !field.default) return undefined
  if (was?.required && was.attribute === field.attribute) return was.fill
  if (field.default.kind === 'actor') return { kind: 'creator' }
  if (field.default.kind === 'uuid') return { kind: 'uuid' }
  const value = defaultValue(field, field.default, { now, actor: undefined })
  return value === undefined ? undefined : { kind: 'literal', value }
}
