import { buildBareField } from '../build-model.ts'
import type { DeclaredTemplate, DeclaredTemplates } from '../declared-template.ts'
import { ValueError } from '../field-types/field-type.ts'
import type { TemplateIssue } from '../issue.ts'
import type { Field } from '../model.ts'
import { quote } from '../quote.ts'
import { issueAt } from '../source.ts'
import { didYouMean } from '../suggest.ts'
import { fieldNamed } from '../verdict/field-named.ts'
import { latestByTypes } from '../verdict/latest-by-types.ts'
import { parseStaleAfter } from '../verdict/parse-stale-after.ts'
import { readPassed } from '../verdict/read-passed.ts'
import type { Rule } from './rule.ts'
import { canCheckValues, wrongValueIssue } from './values-of-field.ts'

/** `passed` is a filter over the template's own fields, `latestBy` one of them that orders in time, `staleAfter` a duration. */
export const verdictIsSound: Rule = (declared) =>
  declared.templates.flatMap((template) => {
    const fields = template.fields.flatMap((field) =>
      canCheckValues(field, declared) ? (buildBareField(field, template, declared) ?? []) : [],
    )
    return [
      ...validatePassed(template, fields),
      ...validateLatestBy(template, declared),
      ...validateStaleAfter(template),
    ]
  })

function validatePassed(template: DeclaredTemplate, fields: readonly Field[]): TemplateIssue[] {
  if (template.passed === undefined) return []
  const sound = new Set(fields.map(({ name }) => name))
  const skipped = template.fields.filter(({ name }) => !sound.has(name))
  const names = skipped.flatMap(({ name, renamedFrom }) => [name, ...renamedFrom.map((former) => former.name)])
  const wrong = readPassed(template.passed, fields, new Set(names))
  return Array.isArray(wrong) ? wrong.map((one) => wrongValueIssue(one, ['passed'], 'WRONG_PASSED', template)) : []
}

function validateLatestBy(template: DeclaredTemplate, declared: DeclaredTemplates): TemplateIssue[] {
  const { latestBy, source } = template
  if (latestBy === undefined || template.fields.length === 0) return []
  const refuse = (message: string, suggestion: string) => [
    issueAt(source, ['latestBy'], 'WRONG_LATEST_BY', message, { suggestion }),
  ]
  const fitting = template.fields.filter(({ type, list }) => !list && type && latestByTypes.includes(type))
  const names = fitting.map(({ name }) => name)
  const types = `The field must be one of the types ${latestByTypes.join(', ')}.`
  const fields = template.fields.flatMap((field) => buildBareField(field, template, declared) ?? [])
  const field = fieldNamed(latestBy, fields)
  if (field && !names.includes(field.name))
    return refuse(
      `${latestBy} is of the type ${field.list ? `[${field.type}]` : field.type}, which does not say what is latest.`,
      types,
    )
  if (field || template.fields.some(({ name, type }) => name === latestBy && type === undefined)) return []
  return refuse(`${quote(latestBy)} is not a field of ${template.name}.`, didYouMean(latestBy, names) ?? types)
}

function validateStaleAfter({ staleAfter, passed, source }: DeclaredTemplate): TemplateIssue[] {
  if (staleAfter === undefined) return []
  const refuse = (message: string, suggestion?: string) =>
    issueAt(source, ['staleAfter'], 'WRONG_STALE_AFTER', message, { suggestion })
  const issues: TemplateIssue[] = []
  if (passed === undefined && !isWritten(source.value, 'passed'))
    issues.push(refuse('staleAfter says when a success is stale, but nothing says what a success is.', 'Add passed.'))
  try {
    parseStaleAfter(staleAfter)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    issues.push(refuse(`${error.message}.`, 'Write a duration such as 14d or 36h.'))
  }
  return issues
}

function isWritten(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && key in value
}
