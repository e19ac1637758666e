import { quote } from '../quote.ts'
import { issueAt } from '../source.ts'
import { didYouMean, listNames } from '../suggest.ts'
import { fieldRule } from './rule.ts'

/** `to` names an existing template. A template whose file could not be read counts as existing. */
export const referencesLeadSomewhere = fieldRule((field, template, declared) => {
  const to = field.keys.get('to')
  if (field.type !== 'reference' || typeof to !== 'string' || declared.byName.has(to) || declared.unreadNames.has(to))
    return []
  const names = [...declared.byName.keys()]
  const suggestion = didYouMean(to, names) ?? `The templates are ${listNames(names)}.`
  return [
    issueAt(template.source, [...field.path, 'to'], 'UNKNOWN_TEMPLATE', `There is no template ${quote(to)}.`, {
      suggestion,
    }),
  ]
})
