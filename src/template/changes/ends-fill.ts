import { isDeepStrictEqual } from 'node:util'
import type { TemplateModel } from '../model.ts'

/**
 * Whether the next templates no longer fill a field that is being filled, because it is gone, optional, or of another type. Objects that
 * have not been filled by then would lose what they read as.
 */
export function endsFill(applied: TemplateModel, next: TemplateModel): boolean {
  const fields = next.templates.flatMap((template) => template.fields.map((field) => ({ template, field })))
  return applied.templates.some((before) =>
    before.fields.some(
      (was) =>
        was.isFilling &&
        !fields.some(
          ({ template, field }) =>
            template.stored === before.stored &&
            field.attribute === was.attribute &&
            isDeepStrictEqual(field.fill, was.fill),
        ),
    ),
  )
}
