import type { Template } from '../template/model.ts'

/** A template in the JSON form that is recorded in the database. */
export function toTemplateDefinition(template: Template): unknown {
  const { fieldByName: _, key, reverseFields: __, ...rest } = template
  return JSON.parse(JSON.stringify({ ...rest, key: key.map((field) => field.name) }))
}
