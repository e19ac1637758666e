import type { Field } from '../model.ts'
import { isFilled } from './same-type.ts'

/**
 * The former form that statements can read as the field's own while not all objects have been filled: one whose values all convert, and
 * easily. Undefined if there is none, or once objects have been filled.
 */
export function formToRead(field: Field): Field | undefined {
  return field.isFilling ? field.formers.find((form) => isReadAs(form, field)) : undefined
}

/** Whether values of the former form can be read as those of the field. */
export function isReadAs(form: Field, field: Field): boolean {
  if (field.convert) return false
  return isWidened(form, field) || (isFilled(form, field) && !field.isViolated)
}

/** Whether the field takes all numbers of the former form. */
function isWidened(form: Field, { type, list }: Field): boolean {
  return form.type === 'int' && (type === 'bigint' || type === 'float') && form.list === list
}
