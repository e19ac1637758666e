import type { Json } from '../json.ts'
import { givenNameOf } from '../names/member-named.ts'
import { withArticle } from '../names/with-article.ts'
import { quote } from '../quote.ts'
import { equalityOperators, type FieldType, ValueError } from './field-type.ts'

/** Another object, by its key: the key field's own value if the key is one field, an object if it is several. */
export const referenceType: FieldType = {
  name: 'reference',
  scalar: 'own',
  operators: equalityOperators,
  ordering: undefined,
  canBeKey: true,
  constraints: [],
  parse(value, field, context) {
    const target = context.templateOf(field.reference?.to ?? '')
    const [only, ...others] = target.key
    if (only && others.length === 0) return context.parseMember(value, only, '') ?? null
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ValueError(
        `${quote(value)} is not the key of ${withArticle(target.name)}: { ${target.key.map((k) => k.name).join(', ')} }`,
      )
    }
    const given = new Map(Object.entries(value))
    const stored: [string, Json][] = []
    for (const part of target.key) {
      const name = givenNameOf(part, given)
      stored.push([part.attribute, context.parseMember(given.get(name) ?? null, part, name) ?? null])
    }
    return Object.fromEntries(stored)
  },
}
