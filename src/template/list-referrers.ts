import type { Field, Reference, Template, TemplateModel } from './model.ts'

/** A reference field that leads to a template. */
export interface Referrer {
  readonly from: Template
  readonly field: Field
  readonly onDelete: Reference['onDelete']
}

/** The references that lead to a template, including those of templates whose files are gone: their objects are still stored. */
export function listReferrers(target: Template, model: TemplateModel): readonly Referrer[] {
  return [...model.templates, ...model.removed].flatMap((from) =>
    from.fields.flatMap((field) =>
      field.reference?.to === target.name ? [{ from, field, onDelete: field.reference.onDelete }] : [],
    ),
  )
}
