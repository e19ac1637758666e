import { isDeepStrictEqual } from 'node:util'
import { assertNever } from '../../errors.ts'
import type { Template } from '../model.ts'
import type { KeptPast, Retain } from '../retention/retention.ts'
import { formerAttribute, safe } from './compare-fields.ts'
import type { TemplateChange } from './template-change.ts'

/** How long a template keeps what. What goes by the new rules goes for good: the plan asks for it, if there is any. */
export function compareRetention(was: Template, is: Template): readonly TemplateChange[] {
  const changes: TemplateChange[] = []
  const history = `history: ${printKept(was.keptPast)} → ${printKept(is.keptPast)}`
  if (!isDeepStrictEqual(was.keptPast, is.keptPast))
    changes.push({ ...safe(is, ['history'], history), question: { kind: 'expired' }, effect: 'REMOVES' })
  if (was.isPastIndexed !== is.isPastIndexed)
    changes.push(safe(is, ['history', 'indexed'], is.isPastIndexed ? 'an index on the past' : 'no index on the past'))
  const isSame = isDeepStrictEqual(byAttribute(was.retain, was, was), byAttribute(is.retain, is, was))
  const retain = `retain: ${printRetain(was.retain)} → ${printRetain(is.retain)}`
  if (!isSame && is.retain)
    changes.push({ ...safe(is, ['retain'], retain), question: { kind: 'outgrown' }, effect: 'REMOVES' })
  else if (!isSame) changes.push(safe(is, ['retain'], retain))
  return changes
}

function printKept(kept: KeptPast): string {
  switch (kept.kind) {
    case 'all':
      return 'all'
    case 'none':
      return 'none'
    case 'days':
      return `${kept.days} days`
    case 'versions':
      return `${kept.count} versions`
    default:
      return assertNever(kept)
  }
}

/** `the last 20 per name, image` */
function printRetain(retain: Retain | undefined): string {
  if (!retain) return 'all'
  return retain.kind === 'days' ? `${retain.days} days` : `the last ${retain.count} per ${retain.per.join(', ')}`
}

/** With attributes in place of names, which stay the same when a field is renamed. */
function byAttribute(retain: Retain | undefined, { fieldByName }: Template, was: Template): unknown {
  if (retain?.kind !== 'last') return retain
  const attributes = retain.per.flatMap((name) => fieldByName.get(name) ?? []).map((one) => formerAttribute(one, was))
  return { ...retain, per: attributes }
}
