import type { DeclaredFieldList, DeclaredTemplate } from '../declared-template.ts'
import { hasOrder } from '../field-types/has-order.ts'
import type { TemplateIssue } from '../issue.ts'
import { quote } from '../quote.ts'
import { issueAt } from '../source.ts'
import { didYouMean, listNames } from '../suggest.ts'
import { describeForm } from './describe-form.ts'
import type { Rule } from './rule.ts'

/** The lists of `unique` and `indexes` name fields of the template whose values compare, each once, and at most one reference to index. */
export const fieldListsHold: Rule = (declared) =>
  declared.templates.flatMap((template) => [
    ...template.unique.flatMap((list) => validateList(list, template)),
    ...template.indexes.flatMap((list) => [...validateList(list, template), ...validateReferences(list, template)]),
  ])

function validateList({ names }: DeclaredFieldList, template: DeclaredTemplate): readonly TemplateIssue[] {
  const known = template.fields.map((field) => field.name)
  return names.flatMap(({ name, path }, index) => {
    if (names.findIndex((other) => other.name === name) !== index)
      return [issueAt(template.source, path, 'DUPLICATE_FIELD', `${quote(name)} is in the list twice.`)]
    const field = template.fields.find((one) => one.name === name)
    if (!field) {
      // If no field could be read, `fields` has its own issue.
      if (known.length === 0) return []
      const suggestion = didYouMean(name, known) ?? `The fields are ${listNames(known)}.`
      const message = `${quote(name)} is not a field of ${template.name}.`
      return [issueAt(template.source, path, 'UNKNOWN_FIELD', message, { suggestion })]
    }
    if (
      field.type === undefined ||
      (!field.list && (field.type === 'reference' || hasOrder({ list: false, type: field.type })))
    )
      return []
    const form = describeForm(field)
    return [issueAt(template.source, path, 'NOT_COMPARABLE', `${name} cannot be compared: it is ${form}.`)]
  })
}

/** An index entry has room for the key of one object besides the values of fields. */
function validateReferences({ names, path }: DeclaredFieldList, template: DeclaredTemplate): readonly TemplateIssue[] {
  const isReference = (name: string) => template.fields.some((one) => one.name === name && one.type === 'reference')
  const references = names.filter(({ name }) => isReference(name)).map(({ name }) => name)
  if (references.length < 2) return []
  const message = `${references.join(' and ')} are references; an index may have one of them, since each has an index of its own.`
  return [issueAt(template.source, path, 'NOT_COMPARABLE', message)]
}
