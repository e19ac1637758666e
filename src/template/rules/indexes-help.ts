import type { DeclaredFieldName, DeclaredTemplate } from '../declared-template.ts'
import { hasOrder } from '../field-types/has-order.ts'
import type { TemplateIssue } from '../issue.ts'
import { quote } from '../quote.ts'
import { issueAt } from '../source.ts'
import { didYouMean } from '../suggest.ts'
import type { Rule } from './rule.ts'

/** Each entry of `indexes` lists different fields of the template, whose values an index can compare, in a combination that no other entry has. */
export const indexesHelp: Rule = (declared) =>
  declared.templates.flatMap((template) => {
    const seen = new Set<string>()
    return template.indexes.flatMap(({ path, fields }) => {
      const issues = fields.flatMap((field, place) => validateField(field, fields.slice(0, place), template))
      const same = JSON.stringify(fields.map(({ name }) => name).sort())
      if (issues.length === 0 && seen.has(same))
        return [issueAt(template.source, path, 'WRONG_INDEX', 'The template already has an index of these fields.')]
      seen.add(same)
      return issues
    })
  })

function validateField(
  { name, path }: DeclaredFieldName,
  before: readonly DeclaredFieldName[],
  template: DeclaredTemplate,
): TemplateIssue[] {
  const refuse = (reason: string, suggestion?: string) => [
    issueAt(template.source, path, 'WRONG_INDEX', `${quote(name)} ${reason}.`, { suggestion }),
  ]
  if (before.some((other) => other.name === name)) return refuse('is in the index twice')
  const field = template.fields.find((one) => one.name === name)
  if (!field) {
    const names = template.fields.map((one) => one.name)
    return names.length === 0 ? [] : refuse(`is not a field of ${template.name}`, didYouMean(name, names))
  }
  if (field.type === 'reference') return refuse('is a reference, which already has its own index')
  if (field.type === undefined || hasOrder({ type: field.type, list: field.list })) return []
  return refuse(`cannot be in an index: it is ${field.list ? 'a list' : field.type}`)
}
