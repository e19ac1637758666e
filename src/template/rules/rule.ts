import { allFields, type DeclaredField, type DeclaredTemplate, type DeclaredTemplates } from '../declared-template.ts'
import type { TemplateIssue } from '../issue.ts'

/** Checks all templates together and returns the issues. Each rule has its own file; `rules.ts` lists them. */
export type Rule = (declared: DeclaredTemplates) => readonly TemplateIssue[]

/** A rule that checks each field on its own, including the members of objects. */
export function fieldRule(
  validate: (field: DeclaredField, template: DeclaredTemplate, declared: DeclaredTemplates) => readonly TemplateIssue[],
): Rule {
  return (declared) =>
    declared.templates.flatMap((template) =>
      allFields(template).flatMap((field) => validate(field, template, declared)),
    )
}
