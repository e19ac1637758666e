import type { Field, Template, TemplateModel } from '../model.ts'
import { listAttributes } from '../naming.ts'
import { formerMember } from './same-type.ts'
import type { Question, TemplateChange } from './template-change.ts'

/** A change that cannot concern stored objects. */
export function safe(template: Template, path: readonly string[], change: string): TemplateChange {
  return { template, path, change, question: undefined, effect: 'SAFE' }
}

/** Another way to merge concerns what is written from now on. */
export function compareMerge(
  was: Template,
  before: Field,
  template: Template,
  field: Field,
): readonly TemplateChange[] {
  const print = ({ merge }: Field) => (merge?.kind === 'maxBy' ? `maxBy ${merge.by}` : (merge?.kind ?? 'latest'))
  const byOf = ({ merge }: Field, { fields }: Template) =>
    merge?.kind === 'maxBy' ? fields.find(({ name }) => name === merge.by) : undefined
  const [former, next] = [byOf(before, was), byOf(field, template)]
  const isSame = before.merge?.kind === field.merge?.kind && former?.attribute === (next && formerAttribute(next, was))
  return isSame ? [] : [safe(template, ['fields', field.name, 'merge'], `merge: ${print(before)} → ${print(field)}`)]
}

/** A field or a member is gone; `places` as for the question `present`. */
export function removal(
  template: Template,
  path: readonly string[],
  places: readonly (readonly string[])[],
): TemplateChange {
  const change = 'removed; its values stay, invisible'
  return { template, path, change, question: { kind: 'present', places }, effect: 'ORPHANS' }
}

/** A field that has got another name hides the additional attributes of that name. */
export function hiding(
  was: Template,
  template: Template,
  field: Field,
  path: readonly string[],
): readonly TemplateChange[] {
  const isOfField = [...was.fields, ...was.removed].some((one) => listAttributes(one).includes(field.name))
  if (!was.wasOpen || isOfField) return []
  const change = `hides additional attributes named ${field.name}; their values stay, invisible`
  const question: Question = { kind: 'present', places: [[field.name]] }
  return [{ template, path, change, question, effect: 'ORPHANS', isAside: true }]
}

/** What a file says of a field, to be compared; without its name and its type. */
export function settingsOf(field: Field): unknown {
  const { description, deprecated, default: fallback, required, unique, indexed, constraints, values, convert } = field
  const { reverse, onMissing, onDelete } = field.reference ?? {}
  const own = { description, deprecated, fallback, required, unique, indexed, constraints, values, convert }
  return JSON.parse(JSON.stringify([own, reverse, onMissing, onDelete, field.members.map(settingsOf)]))
}

/** Whether a value of the field's type may break a rule. */
export function hasRules(field: Field): boolean {
  return (
    Object.keys(field.constraints).length > 0 ||
    field.members.some((member) => member.required || member.type === 'enum' || hasRules(member))
  )
}

/** The attribute that a field had before, if it was there: to tell a field that has another type or name from another field. */
export function formerAttribute(field: Field, was: Template): string {
  const attributes = listAttributes(field)
  return was.fields.find(({ attribute }) => attributes.includes(attribute))?.attribute ?? field.attribute
}

/** The template whose new key a reference follows, if that is all that sets it apart from its former form. */
export function followedTarget(field: Field, former: Field, next: TemplateModel): Template | undefined {
  const target = next.byName.get(field.reference?.to ?? '')
  const pinned = field.formers.find(({ attribute }) => attribute === former.attribute)?.reference
  return target?.former && pinned?.stored === target.former.stored ? target : undefined
}

/** The rules of a member, to be compared. */
export function rulesOfMember({ attribute, required, constraints, values, members }: Field): unknown {
  return [attribute, required, constraints, values, members.map(rulesOfMember)]
}

/** The members that were renamed or removed, or have another enum. Members of other types make another attribute of the whole object. */
export function compareMembers(
  template: Template,
  was: Field,
  field: Field,
  path: readonly string[],
  place: readonly string[],
): readonly TemplateChange[] {
  const known = new Set(was.removed.map(({ attribute }) => attribute))
  return [
    ...field.members.flatMap((member) => {
      const before = formerMember(was, member)
      const [inner, inside] = [
        [...path, 'fields', member.name],
        [...place, member.attribute],
      ]
      if (!before) return [safe(template, inner, `new member, ${printType(member)}`)]
      const renamed: TemplateChange = {
        ...safe(template, inner, `renamed from ${before.name}`),
        question: { kind: 'present', places: [inside] },
        effect: 'RENAMES',
      }
      return [
        ...(before.name === member.name ? [] : [renamed]),
        ...compareMembers(template, before, member, inner, inside),
      ]
    }),
    ...field.removed
      .filter(({ attribute }) => !known.has(attribute))
      .map((member) => removal(template, [...path, 'fields', member.name], [[...place, member.attribute]])),
  ]
}

/** `[int]`, `reference to image` */
export function printType({ type, list, reference }: Field): string {
  const name = reference ? `reference to ${reference.to}` : type
  return list ? `[${name}]` : name
}
