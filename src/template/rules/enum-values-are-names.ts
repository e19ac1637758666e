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
      return [issueAt(template.source, path, 'DUPLICATE_ENUM_VALUE', `${quote(value)} appears twice.`)]
    first.set(value, index)
    const why = whyNot(value)
    if (why === undefined) return []
    const options = why.kind === 'form' ? { suggestion: suggestName(value) } : {}
    return [
      issueAt(
        template.source,
        path,
        'ENUM_VALUE',
        `${quote(value)} cannot be a value of an enum: ${why.reason}.`,
        options,
      ),
    ]
  })
})

function whyNot(value: string): { readonly kind: 'taken' | 'form'; readonly reason: string } | undefined {
  if (/^(true|false|null)$/.test(value)) return { kind: 'taken', reason: 'GraphQL reserves it' }
  if (value.startsWith('__')) return { kind: 'taken', reason: 'it begins with __' }
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return undefined
  return { kind: 'form', reason: 'it must have only letters, digits and _, and not begin with a digit' }
}

/** `in-progress` → `in_progress`; `20.04` → `_20_04`. */
function suggestName(value: string): string | undefined {
  const name = value.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_')
  return /[A-Za-z0-9]/.test(name) && name.length < 60 && !name.startsWith('__') ? `Write ${name}.` : undefined
}
