import type { Field, Template, TemplateModel } from '../model.ts'
import { listAttributes } from '../naming.ts'
import { followedTarget, printType } from './compare-fields.ts'
import type { TemplateChange } from './template-change.ts'

/** Another key, or one that follows the keys of what it refers to, and what makes it impossible. */
export function compareKeys(was: Template, is: Template, next: TemplateModel): readonly TemplateChange[] {
  if (was.stored === is.stored) return []
  const retyped = listRetyped(was, is, next)
  return [
    { template: is, path: ['key'], change: printChange(was, is, retyped), question: { kind: 'all' }, effect: 'REKEYS' },
    {
      template: is,
      path: ['key'],
      change: printKeyless(was, is, retyped),
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

interface RetypedField {
  readonly field: Field
  readonly former: Field
}

/** The fields of the key whose values must convert. */
function listRetyped(was: Template, is: Template, next: TemplateModel): readonly RetypedField[] {
  return is.key.flatMap((field) => {
    const former = was.fields.find(({ attribute }) => listAttributes(field).includes(attribute))
    const isRetyped = former && former.attribute !== field.attribute && !followedTarget(field, former, next)
    return isRetyped ? [{ field, former }] : []
  })
}

function printChange(was: Template, is: Template, retyped: readonly RetypedField[]): string {
  const [before, after] = [printNames(was), printNames(is)]
  if (before !== after) return `key: [${before}] → [${after}]`
  if (retyped.length === 0) return `key: [${after}] follows the new key of what it refers to`
  const changes = retyped.map(
    ({ field, former }) => `${field.name} changes from ${printType(former)} to ${printType(field)}`,
  )
  return `key: [${after}], in which ${changes.join(' and ')}`
}

/** The objects that have no next key. Where all that changes is the type of its fields, none lacks one. */
function printKeyless(was: Template, is: Template, retyped: readonly RetypedField[]): string {
  const lacking = `that lack a field of the new key${is.key.some(({ reference }) => reference) ? ' or what it refers to' : ''}`
  const reasons = [
    ...(printNames(was) === printNames(is) && retyped.length > 0 ? [] : [lacking]),
    ...(retyped.length > 0 ? ['whose value does not convert to the new type of a key field'] : []),
    'or whose key would be too long',
  ]
  return `objects ${reasons.join(', ')}`
}

function printNames({ key }: Template): string {
  return key.map(({ name }) => name).join(', ')
}
