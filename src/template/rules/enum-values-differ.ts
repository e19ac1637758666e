import { memberNameInGraphql } from '../names/name-in-graphql.ts'
import { quote } from '../quote.ts'
import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** The members of an enum are texts, each different from the others, also as a key has it and as GraphQL names it. */
export const enumValuesDiffer = fieldRule((field, template) => {
  const values = field.keys.get('values')
  if (field.type !== 'enum' || !Array.isArray(values)) return []
  const texts = new Map<string, string>()
  const names = new Map<string, string>()
  return values.flatMap((value, index) => {
    if (typeof value !== 'string') return []
    const place = [...field.path, 'values', index]
    if (value === '') {
      const message = 'A member of an enum cannot be empty: that would be no value.'
      return [issueAt(template.source, place, 'ENUM_VALUE', message)]
    }
    // Keys have texts in one Unicode form.
    const text = value.normalize('NFC')
    const twin = texts.get(text)
    if (twin !== undefined) {
      const message =
        twin === value
          ? `${quote(value)} appears twice.`
          : `${quote(value)} appears twice, in two Unicode forms that look the same.`
      return [issueAt(template.source, place, 'DUPLICATE_ENUM_VALUE', message)]
    }
    texts.set(text, value)
    const name = memberNameInGraphql(value)
    const other = names.get(name)
    if (other === undefined) {
      names.set(name, value)
      return []
    }
    const message = `${quote(other)} and ${quote(value)} would both be ${name} in GraphQL.`
    return [issueAt(template.source, place, 'ENUM_VALUE', message, { suggestion: 'Change one of the two.' })]
  })
})
