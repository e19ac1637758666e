import { keyNeededByType, type TypedKey, typesOfKey } from '../keys-of-type.ts'
import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** Some keys apply to some types only, and some types require a key. */
export const typeKeys = fieldRule((field, template) => {
  const { type, keys, path } = field
  if (type === undefined) return []
  const excluded = [...keys.keys()].flatMap((key) => {
    const types = typesOfKey.get(key as TypedKey)
    const at = { part: 'key' } as const
    if (types && !types.includes(type)) {
      return [
        issueAt(
          template.source,
          [...path, key],
          'KEY_NOT_APPLICABLE',
          `${key} applies to ${types.join(', ')}, not to ${type}.`,
          at,
        ),
      ]
    }
    if (field.list && (key === 'unique' || key === 'indexed') && keys.get(key) === true) {
      return [issueAt(template.source, [...path, key], 'KEY_NOT_APPLICABLE', `${key} does not apply to a list.`, at)]
    }
    return []
  })
  const needed = keyNeededByType.get(type)
  // A key with an invalid form already has an issue.
  if (needed === undefined || keys.has(needed) || field.wrongKeys.has(needed)) return excluded
  const example = { values: 'values: [draft, active]', fields: 'fields: { name: string }', to: 'to: image' }[
    needed as 'values' | 'fields' | 'to'
  ]
  const message = `A field of the type ${type} needs ${needed}.`
  const suggestion = `Write { type: ${type}, ${example} }.`
  return [...excluded, issueAt(template.source, path, 'MISSING_KEY', message, { suggestion, part: 'key' })]
})
