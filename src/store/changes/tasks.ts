import type { PlanEntry } from '../../template/changes/template-plan.ts'
import type { Field, TemplateModel } from '../../template/model.ts'

/** What remains to be done with the objects of a template after a plan is applied, as it is recorded. */
export interface Task {
  /** The template's stored name. */
  readonly stored: string
  /** The former templates are served until it is done. */
  readonly isBlocking: boolean
  /** The attributes whose conversion gives objects a version. */
  readonly versioned: readonly string[]
}

/** The tasks of a plan: one for each template whose objects must be filled or converted. */
export function listTasks(model: TemplateModel, entries: readonly PlanEntry[]): readonly Task[] {
  return model.templates.flatMap(({ name, stored, fields }) => {
    const isConverted = ({ name: fieldName }: Field) =>
      entries.some(
        ({ template, path, effect }) =>
          template === name && path === `fields.${fieldName}` && (effect === 'CONVERTS' || effect === 'ORPHANS'),
      )
    const converted = fields.filter((field) => field.formers.length > 0)
    const filled = fields.filter((field) => field.isFilling)
    if (converted.length === 0 && filled.length === 0) return []
    const isBlocking = converted.length > 0 || filled.some((field) => !readsAsFilled(field))
    return [{ stored, isBlocking, versioned: converted.filter(isConverted).map(({ attribute }) => attribute) }]
  })
}

/** Whether statements can read the field as if all objects were filled. */
function readsAsFilled({ type, isKey }: Field): boolean {
  return type !== 'object' && type !== 'reference' && !isKey
}
