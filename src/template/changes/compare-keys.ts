import type { Template, TemplateModel } from '../model.ts'
import type { TemplateChange } from './template-change.ts'

/** Another key, or one that follows the keys of what it refers to, and what makes it impossible. */
export function compareKeys(was: Template, is: Template, next: TemplateModel): readonly TemplateChange[] {
  if (was.stored === is.stored) return []
  const names = ({ key }: Template) => key.map(({ name }) => name).join(', ')
  const change =
    names(was) === names(is)
      ? `key: [${names(is)}] follows the new key of what it refers to`
      : `key: [${names(was)}] → [${names(is)}]`
  return [
    { template: is, path: ['key'], change, question: { kind: 'all' }, effect: 'REKEYS' },
    {
      template: is,
      path: ['key'],
      change: 'objects that lack a field of the new key, or for which it would be too long',
      question: { kind: 'keyless', key: is.key },
      effect: 'CONFLICTS',
      isAside: true,
    },
    {
      template: is,
      path: ['key'],
      change: 'must differ',
      question: { kind: 'sameKeys', key: is.key },
      effect: 'CONFLICTS',
      isAside: true,
    },
    // Nothing would keep these references in step.
    ...next.removed
      .filter(({ fields }) => fields.some(({ reference }) => reference?.stored === was.stored))
      .map((template): TemplateChange => {
        const change = `removed, but its objects refer to ${is.name}, whose key changes: bring it back or purge it first`
        return { template, path: [], change, question: { kind: 'all' }, effect: 'CONFLICTS', isAside: true }
      }),
  ]
}
