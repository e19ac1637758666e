import { isKeyField } from '../build-model.ts'
import type { DeclaredField, DeclaredTemplate, DeclaredTemplates } from '../declared-template.ts'
import type { TemplateIssue } from '../issue.ts'
import { issueAt } from '../source.ts'
import type { Rule } from './rule.ts'

/** The most values of a key with the keys of its references written out. */
const mostKeyValues = 32

/**
 * A key contains the keys of its references. So a key that leads back to its own template would have
 * no end, and a key whose references fan out would double at each step.
 */
export const keysEnd: Rule = (declared) => {
  const issues: TemplateIssue[] = []
  const sizes = new Map<DeclaredTemplate, number>()
  const open: DeclaredTemplate[] = []

  /** The number of values in a template's key; Infinity if it has no end or is already too large. */
  function measure(template: DeclaredTemplate): number {
    const known = sizes.get(template)
    if (known !== undefined) return known
    open.push(template)
    let size = 0
    for (const field of template.fields.filter((candidate) => isKeyField(candidate, template))) {
      const target = targetOf(field, declared)
      if (target && open.includes(target)) {
        const chain = [...open.slice(open.indexOf(target)), target].map(({ name }) => name).join(' → ')
        issues.push(
          issueAt(template.source, keyPath(field, template), 'KEY_CYCLE', `The key contains itself: ${chain}.`),
        )
        size = Number.POSITIVE_INFINITY
      } else {
        size += target ? measure(target) : 1
      }
    }
    open.pop()
    sizes.set(template, size)
    if (size > mostKeyValues && size < Number.POSITIVE_INFINITY) {
      const message = `The key has ${size} values, including those of the keys of referenced templates; at most ${mostKeyValues} are allowed.`
      issues.push(issueAt(template.source, ['key'], 'KEY_TOO_LARGE', message))
      sizes.set(template, Number.POSITIVE_INFINITY)
    }
    return sizes.get(template) ?? size
  }

  for (const template of declared.byName.values()) measure(template)
  return issues
}

/** Whether the key of a template, and the keys it contains, can be read and have an end. `left` bounds the search, as in `measure`. */
export function isKeySound(
  template: DeclaredTemplate,
  declared: DeclaredTemplates,
  left = { visits: mostKeyValues * 2 },
): boolean {
  return (
    template.key?.length !== 0 &&
    template.key?.every(({ name }) => {
      const field = template.fields.find((candidate) => candidate.name === name)
      if (!field?.isSound || field.list || left.visits-- <= 0) return false
      if (field.type !== 'reference') return true
      const target = targetOf(field, declared)
      return target !== undefined && isKeySound(target, declared, left)
    }) === true
  )
}

function targetOf(field: DeclaredField, declared: DeclaredTemplates): DeclaredTemplate | undefined {
  return field.type === 'reference' && !field.list ? declared.byName.get(String(field.keys.get('to'))) : undefined
}

function keyPath(field: DeclaredField, template: DeclaredTemplate) {
  return template.key?.find(({ name }) => name === field.name)?.path ?? ['key']
}
