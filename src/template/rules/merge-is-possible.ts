import { isKeyField } from '../build-model.ts'
import type { DeclaredField, DeclaredTemplate } from '../declared-template.ts'
import { hasOrder } from '../field-types/has-order.ts'
import { parseMerge } from '../merge/parse-merge.ts'
import { quote } from '../quote.ts'
import { issueAt } from '../source.ts'
import { didYouMean } from '../suggest.ts'
import { fieldRule } from './rule.ts'

/** `min` and `max` need an order; `maxBy` names a field with one, which is merged by `max` itself. Key fields never change. */
export const mergeIsPossible = fieldRule((field, template) => {
  const written = field.keys.get('merge')
  if (written === undefined) return []
  const refuse = (message: string, suggestion?: string) => [
    issueAt(template.source, [...field.path, 'merge'], 'WRONG_MERGE', message, { suggestion }),
  ]
  const merge = parseMerge(written)
  if (merge && 'message' in merge) return refuse(merge.message, merge.suggestion)
  if (field.isMember)
    return refuse('A member of an object cannot have merge: an object is one value.', 'Write merge at the object.')
  if (isKeyField(field, template))
    return refuse(`${field.name} is part of the key, which never changes.`, 'Remove merge.')
  const { source } = template
  const decides = template.fields.find((other) => other !== field && decidingFieldOf(other) === field.name)
  if (decides && merge?.kind !== 'max')
    return refuse(
      `${field.name} decides which ${decides.name} is kept (${decides.name} in ${source.file} has maxBy), so it is merged by max itself.`,
      'Remove merge, or write max.',
    )
  if (merge?.kind === 'min' || merge?.kind === 'max')
    return isOrdered(field)
      ? []
      : refuse(`${printType(field)} has no order, so that it has no ${merge.kind}.`, whatElse)
  if (merge?.kind !== 'maxBy') return []
  const by = template.fields.find(({ name }) => name === merge.by) ?? formerly(merge.by, template)
  const fitting = template.fields.filter((one) => one !== field && isOrdered(one) && !isKeyField(one, template))
  const names = fitting.map(({ name }) => name)
  const couldBe =
    didYouMean(merge.by, names) ?? (names.length > 0 ? `It could be ${names.slice(0, 5).join(', ')}.` : whatElse)
  if (!by) return refuse(`${quote(merge.by)} is not a field of ${template.name}.`, couldBe)
  if (by === field) return refuse(`${merge.by} cannot decide about itself.`, 'Write max.')
  // Its type has an issue already.
  if (by.type === undefined || fitting.includes(by)) return []
  const why = isKeyField(by, template)
    ? 'is part of the key, which is always the same'
    : `is of the type ${printType(by)}, which has no order`
  return refuse(`${merge.by} ${why}.`, couldBe)
})

const whatElse = 'Write first, latest, or { maxBy: finished_at } with the name of a field that has an order.'

function decidingFieldOf({ keys }: DeclaredField): string | undefined {
  const merge = keys.has('merge') ? parseMerge(keys.get('merge')) : undefined
  return merge && 'kind' in merge && merge.kind === 'maxBy' ? merge.by : undefined
}

function formerly(name: string, { fields }: DeclaredTemplate): DeclaredField | undefined {
  return fields.find(({ renamedFrom }) => renamedFrom.some((former) => former.name === name))
}

function isOrdered({ type, list }: DeclaredField): boolean {
  return type !== undefined && hasOrder({ type, list })
}

function printType({ type, list }: DeclaredField): string {
  return list ? `[${type}]` : String(type)
}
