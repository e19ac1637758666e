import { isDeepStrictEqual } from 'node:util'
import type { Field, Template } from '../model.ts'
import { formerAttribute, safe } from './compare-fields.ts'
import type { TemplateChange } from './template-change.ts'

/** The lists of `unique` and `indexes`. Fields are the same if their attributes are. */
export function compareLists(was: Template, is: Template): readonly TemplateChange[] {
  const attributesOf = (template: Template, names: readonly string[], attribute: (field: Field) => string) =>
    names
      .flatMap((name) => template.fieldByName.get(name) ?? [])
      .map(attribute)
      .join(' ')
  const own = ({ attribute }: Field) => attribute
  const former = (field: Field) => formerAttribute(field, was)
  const print = (template: Template, which: 'unique' | 'indexes') =>
    template[which].map((names) => attributesOf(template, names, template === is ? former : own))
  const before = new Set(print(was, 'unique'))
  const fresh = is.unique.filter(
    (names) => !was.unique.some((list) => attributesOf(was, list, own) === attributesOf(is, names, own)),
  )
  const changes = fresh.map((names): TemplateChange => {
    const fields = names.flatMap((name) => is.fieldByName.get(name) ?? [])
    return {
      template: is,
      path: ['unique'],
      change: `unique together: ${names.join(', ')}`,
      question: { kind: 'shared', fields },
      effect: 'CONFLICTS',
      // Values that have been converted may have become the same.
      ...(before.has(attributesOf(is, names, former)) && { isAside: true }),
    }
  })
  const others = (['unique', 'indexes'] as const).filter(
    (which) => !isDeepStrictEqual(print(was, which), print(is, which)),
  )
  return [
    ...changes,
    ...others
      .filter((which) => which === 'indexes' || changes.every(({ isAside }) => isAside))
      .map((which) => safe(is, [which], which === 'unique' ? 'fewer unique constraints' : 'other indexes')),
  ]
}
