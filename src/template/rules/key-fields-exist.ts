import { quote } from '../quote.ts'
import { issueAt } from '../source.ts'
import { didYouMean, listNames } from '../suggest.ts'
import type { Rule } from './rule.ts'

/** `key` lists fields of the template, each once. */
export const keyFieldsExist: Rule = (declared) =>
  declared.templates.flatMap((template) => {
    const names = template.fields.map((field) => field.name)
    return (template.key ?? []).flatMap(({ name, path }, index) => {
      if (template.key?.findIndex((other) => other.name === name) !== index) {
        return [issueAt(template.source, path, 'DUPLICATE_KEY_FIELD', `${quote(name)} is in the key twice.`)]
      }
      // If no field could be read, `fields` has its own issue.
      if (names.length === 0 || names.includes(name)) return []
      const suggestion = didYouMean(name, names) ?? `The fields are ${listNames(names)}.`
      return [
        issueAt(template.source, path, 'UNKNOWN_KEY_FIELD', `${quote(name)} is not a field of ${template.name}.`, {
          suggestion,
        }),
      ]
    })
  })
