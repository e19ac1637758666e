import type { Field } from '../model.ts'

/**
 * The former form whose values the field has in another stored form, each of them: of whole numbers of 32 bits, all that there are convert.
 * So statements can read the one for the other while not all objects have been filled. Undefined if there is none, or once they have.
 */
export function widenedForm(field: Field): Field | undefined {
  return field.isFilling ? field.formers.find((form) => isWidened(form, field)) : undefined
}

/** Whether every value of the former form becomes one of the field, and reads as before. */
export function isWidened(form: Field, field: Field): boolean {
  return (
    form.type === 'int' &&
    (field.type === 'bigint' || field.type === 'float') &&
    form.list === field.list &&
    field.convert === undefined
  )
}
