import { createUsageError } from '../cli-error.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import { parseAssignments } from './parse-assignments.ts'
import { allOf, isEqual, parseWhere, type Where } from './parse-where.ts'

/** `field=value…` and `--where` as one condition; undefined if neither is given. */
export function planFilter(
  assignments: readonly string[],
  where: string | undefined,
  template: Template,
  templates: TemplateList,
): Where | undefined {
  const equalities = parseAssignments(assignments, template, templates).map(({ name, field, value }) => {
    if (!field)
      throw createUsageError(
        `${template.name} has no field ${JSON.stringify(name)} to filter by; only the fields of a template can be searched.`,
      )
    return isEqual(field, value, templates)
  })
  return allOf([...equalities, ...(where === undefined ? [] : [parseWhere(where, template, templates)])])
}
