import type { Field } from '../model.ts'

/** The field with that name, or else the one that had it before: other keys of a template may go on using a former name. */
export function fieldNamed(name: string, fields: readonly Field[]): Field | undefined {
  return fields.find((field) => field.name === name) ?? fields.find(({ renamedFrom }) => renamedFrom.includes(name))
}
