import type { DeclaredField, DeclaredTemplate } from '../declared-template.ts'
import { hasOrder } from '../field-types/has-order.ts'
import type { TemplateIssue } from '../issue.ts'
import { quote } from '../quote.ts'
import { issueAt } from '../source.ts'
import { didYouMean } from '../suggest.ts'
import type { Rule } from './rule.ts'

/** `history` and `retain` each say one thing, and `retain: { last }` says of which objects together. */
export const retentionIsSound: Rule = (declared) =>
  declared.templates.flatMap((template) => [...validateHistory(template), ...validateRetain(template)])

function validateHistory({ history, source }: DeclaredTemplate): TemplateIssue[] {
  if (typeof history !== 'object' || history.days === undefined || history.keep === undefined) return []
  const message = 'history keeps either so many days or so many versions of an object, not both.'
  return [issueAt(source, ['history'], 'WRONG_HISTORY', message, { suggestion: 'Remove days or keep.', part: 'key' })]
}

function validateRetain(template: DeclaredTemplate): TemplateIssue[] {
  const { retain, source } = template
  if (retain === undefined) return []
  const { days, last, per } = retain
  const refuse = (message: string, suggestion: string) =>
    issueAt(source, ['retain'], 'WRONG_RETAIN', message, { suggestion, part: 'key' })
  if (days !== undefined && (last !== undefined || per !== undefined))
    return [refuse('retain takes either days, or last and per, not both.', 'Remove days, or last and per.')]
  if (days !== undefined) return []
  if (last === undefined)
    return [refuse('retain does not say how many objects stay.', 'Write last: 20 beside per, or days: 30.')]
  if (per === undefined)
    return [refuse('last does not say of which objects together.', `Add per: [${template.key?.[0]?.name ?? 'name'}].`)]
  return per.flatMap((name, i) => validatePer(name, i, template))
}

/** A field whose values can be compared, or a single reference: what `latestPer` takes. */
function validatePer(name: string, i: number, template: DeclaredTemplate): TemplateIssue[] {
  const { fields, source } = template
  const field = fields.find((one) => one.name === name)
  const fitting = fields.filter(canGroup).map((one) => one.name)
  const refuse = (message: string) => [
    issueAt(source, ['retain', 'per', i], 'WRONG_RETAIN', message, {
      suggestion:
        didYouMean(name, fitting) ??
        (fitting.length > 0 ? `Fields that make groups: ${fitting.join(', ')}.` : undefined),
    }),
  ]
  if (!field) return fields.length === 0 ? [] : refuse(`${quote(name)} is not a field of ${template.name}.`)
  if (field.type === undefined || canGroup(field)) return []
  return refuse(`${name} is of the type ${field.list ? `[${field.type}]` : field.type}, which makes no groups.`)
}

function canGroup({ type, list }: DeclaredField): boolean {
  return type !== undefined && ((type === 'reference' && !list) || hasOrder({ type, list }))
}
