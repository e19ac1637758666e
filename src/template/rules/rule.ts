import { allFields, type DeclaredField, type DeclaredTemplate, type DeclaredTemplates } from '../declared-template.ts'
import type { TemplateIssue } from '../issue.ts'

/** Looks at all templates at once and returns what breaks it. One file each; `rules.ts` lists them. */
export type Rule = (declared: DeclaredTemplates) => readonly TemplateIssue[]

/** A rule that looks at each field by itself, members of objects included. */
export function fieldRule(
  validate: (field: DeclaredField, template: DeclaredTemplate, declared: DeclaredTemplates) => readonly TemplateIssue[],
): Rule {
  return (declared) =>
    declared.templates.flatMap((template) =>
      allFields(template).flatMap((field) => validate(field, template, declared)),
    )
}
