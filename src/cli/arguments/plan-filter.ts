import { fieldNameInGraphql } from '../../template/names/name-in-graphql.ts'
import { createUsageError } from '../cli-error.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { findPath } from './find-path.ts'
import { parseAssignments, splitAssignment } from './parse-assignments.ts'
import { allOf, isEqual, parseWhere, type Where } from './parse-where.ts'
import { assertNoComparison } from './suggest-assignment.ts'

/** `field=value…`, `field.path=value…` and `--where` as one condition; undefined if none is given. */
export function planFilter(
  assignments: readonly string[],
  where: string | undefined,
  template: Template,
  templates: TemplateList,
): Where | undefined {
  const isPath = assignments.map((text, i) => {
    assertNoComparison(text, template)
    return isPathOf(splitAssignment(text, template, assignments.slice(i + 1, i + 3)).name, template)
  })
  const own = assignments.filter((_, i) => !isPath[i])
  const through = assignments.filter((_, i) => isPath[i])
  const equalities = parseAssignments(own, template, templates).map(({ name, field, value }) => {
    if (!field)
      throw createUsageError(
        `${template.name} has no field ${JSON.stringify(name)} to filter by; only the fields of a template can be searched.`,
      )
    return isEqual(field, value, templates)
  })
  return allOf([
    ...equalities,
    ...planPaths(through, template, templates),
    ...(where === undefined ? [] : [parseWhere(where, template, templates)]),
  ])
}

/** Whether a name leads through a reference, into an object or into `_meta`. A field's own name wins over a path. */
function isPathOf(name: string, { fields }: Template): boolean {
  return name.includes('.') && !fields.some((field) => field.name === name)
}

/** The conditions of `field.path=value…`. */
function planPaths(assignments: readonly string[], template: Template, templates: TemplateList): readonly Where[] {
  const paths = new Map<string, readonly TemplateField[]>()
  for (const text of assignments) {
    const { name } = splitAssignment(text, template)
    const refuse = (end: string) =>
      createUsageError(
        `${name}=…: ${end} has no fields that can be named here; write the filter as JSON, with --where.`,
      )
    paths.set(name, findPath(name, template, templates, refuse))
  }
  // The values belong to the fields at the ends of the paths, which are known by the whole paths here.
  const ends = [...paths].map(([name, fields]) => ({ ...(fields.at(-1) as TemplateField), name }))
  const parsed = parseAssignments(assignments, { ...template, additionalFields: false, fields: ends }, templates)
  return parsed.map(({ name, value }) => {
    const fields = paths.get(name) ?? []
    const condition = isEqual(fields.at(-1) as TemplateField, value, templates)
    return fields
      .slice(0, -1)
      .reduceRight<Where>((inner, { name }) => ({ [fieldNameInGraphql(name)]: inner }), condition)
  })
}
