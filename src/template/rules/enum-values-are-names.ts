import { quote } from '../quote.ts'
import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** The members of an enum are GraphQL enum values (October 2021, section 3.9), each different from the others. */
export const enumValuesAreNames = fieldRule((field, template) => {
  const values = field.keys.get('values')
  if (field.type !== 'enum' || !Array.isArray(values)) return []
  const first = new Map<unknown, number>()
  return values.flatMap((value, index) => {
    const path = [...field.path, 'values', index]
    if (typeof value !== 'string') return []
    if (first.has(value))
      return [issueAt(template.source, path, 'DUPLICATE_ENUM_VALUE', `${quote(value)} is here twice.`)]
    first.set(value, index)
    const why = /^(true|false|null)$/.test(value)
      ? 'GraphQL reserves it'
      : value.startsWith('__')
        ? 'it begins with __'
        : /^[A-Za-z_][A-Za-z0-9_]*$/.test(value)
          ? undefined
          : 'it must have only letters, digits and _, and not begin with a digit'
    if (why === undefined) return []
    const options = why.startsWith('it must') ? { suggestion: suggestName(value) } : {}
    return [
      issueAt(template.source, path, 'ENUM_VALUE', `${quote(value)} cannot be a value of an enum: ${why}.`, options),
    ]
  })
})

/** `in-progress` → `in_progress`; `20.04` → `_20_04`. */
function suggestName(value: string): string | undefined {
  const name = value.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_')
  return /[A-Za-z0-9]/.test(name) && name.length < 60 && !name.startsWith('__') ? `Write ${name}.` : undefined
}
