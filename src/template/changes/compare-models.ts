import { isDeepStrictEqual } from 'node:util'
import type { Field, Template, TemplateModel } from '../model.ts'
import { listAttributes } from '../naming.ts'
import {
  compareMembers,
  compareMerge,
  followedTarget,
  hasRules,
  hiding,
  printType,
  removal,
  rulesOfMember,
  safe,
  settingsOf,
} from './compare-fields.ts'
import { compareKeys } from './compare-keys.ts'
import { compareLists } from './compare-lists.ts'
import { compareRetention } from './compare-retention.ts'
import { compareVerdicts } from './compare-verdicts.ts'
import { isSameConvert, originOf } from './continue-model.ts'
import { formerMember, isFilled, isSameType } from './same-type.ts'
import type { BreakReason, Question, TemplateChange } from './template-change.ts'
import type { Effect } from './template-plan.ts'

/** All changes from `applied` to `next`, which continues it, in the order of the templates. */
export function compareModels(applied: TemplateModel, next: TemplateModel): readonly TemplateChange[] {
  const before = new Map([...applied.templates, ...applied.removed].map((template) => [template.stored, template]))
  const wasGone = new Set(applied.removed.map(({ stored }) => stored))
  return [
    ...next.templates.flatMap((template) => {
      const was = before.get(template.stored) ?? before.get(template.former?.stored ?? '')
      if (!was) return [safe(template, [], 'new template')]
      const back = wasGone.has(was.stored) ? [safe(template, [], 'comes back with its objects')] : []
      return [...back, ...compareTemplates(was, template, next)]
    }),
    ...next.removed
      .filter(({ stored }) => !wasGone.has(stored))
      .map((template): TemplateChange => {
        const change = 'removed; its objects stay, invisible, and still restrict deletes'
        return { template, path: [], change, question: { kind: 'all' }, effect: 'ORPHANS' }
      }),
  ]
}

function compareTemplates(was: Template, is: Template, next: TemplateModel): readonly TemplateChange[] {
  const changes: TemplateChange[] = []
  if (was.name !== is.name)
    changes.push({ ...safe(is, ['name'], `renamed from ${was.name}`), question: { kind: 'all' }, effect: 'RENAMES' })
  changes.push(...compareKeys(was, is, next))
  for (const field of is.fields) changes.push(...compareField(is, was, field, next))
  const known = new Set(was.removed.map(({ attribute }) => attribute))
  for (const field of is.removed)
    if (!known.has(field.attribute))
      changes.push(
        removal(
          is,
          ['fields', field.name],
          listAttributes(field).map((attribute) => [attribute]),
        ),
      )
  changes.push(...compareVerdicts(was, is), ...compareRetention(was, is))
  if (was.isSearched !== is.isSearched)
    changes.push(safe(is, ['search'], is.isSearched ? 'takes part in search' : 'takes no part in search any more'))
  changes.push(...compareLists(was, is))
  const texts = ({ description, pluralName, additionalFields }: Template) => [description, pluralName, additionalFields]
  if (was.name === is.name && !isDeepStrictEqual(texts(was), texts(is)))
    changes.push(safe(is, [], 'other description, plural or additionalFields'))
  return changes
}

function compareField(
  template: Template,
  formerTemplate: Template,
  field: Field,
  next: TemplateModel,
): readonly TemplateChange[] {
  const path = ['fields', field.name]
  const was = findFormer(field, formerTemplate.fields)
  const gone = was ? undefined : findFormer(field, formerTemplate.removed)
  if (!was && !gone && field.formers.length === 0) return compareNew(template, field, path)
  const before = was ?? gone
  const changes: TemplateChange[] = []
  if (gone) changes.push(safe(template, path, 'comes back with its values'))
  if (before && before.name !== field.name) {
    const question: Question = { kind: 'present', places: listAttributes(field).map((attribute) => [attribute]) }
    changes.push({ template, path, change: `renamed from ${before.name}`, question, effect: 'RENAMES' })
    changes.push(...hiding(formerTemplate, template, field, path))
  }
  changes.push(...compareTypes(template, before, field, path, next))
  // While a field was gone, objects were written without it, and nothing was asked of its values.
  changes.push(...compareRules(template, was, field, path))
  if (gone && isSameType(gone, field))
    changes.push({ ...breaking(template, field, path, 'unfit', 'comes back: these values do not fit'), isAside: true })
  if (was) changes.push(...compareMerge(formerTemplate, was, template, field))
  if (before && before.attribute === field.attribute)
    changes.push(...compareMembers(template, before, field, path, [field.attribute]))
  const isSettled = !before || before.isKey !== field.isKey || isDeepStrictEqual(settingsOf(before), settingsOf(field))
  if (changes.length === 0 && !isSettled) changes.push(safe(template, path, 'other settings'))
  return changes
}

/** The field with an attribute of this one. */
function findFormer(field: Field, fields: readonly Field[]): Field | undefined {
  const attributes = [field.attribute, ...field.formers.map((former) => former.attribute)]
  return fields.find((one) => attributes.includes(one.attribute))
}

function compareNew(template: Template, field: Field, path: readonly string[]): readonly TemplateChange[] {
  const changes: TemplateChange[] = []
  if (!field.required) changes.push(safe(template, path, `new field, ${printType(field)}`))
  else if (field.default)
    changes.push({
      template,
      path,
      change: `new required field, ${printType(field)}: older objects read as its default`,
      question: { kind: 'all' },
      effect: 'FILLS',
    })
  else
    changes.push({
      template,
      path,
      change: `new required field, ${printType(field)}, without a default: older objects lack it, and the schema has it nullable until none does`,
      question: { kind: 'all' },
      effect: 'VIOLATES',
    })
  changes.push(...compareCreators(template, field, path))
  if (field.unique && field.default) changes.push({ ...uniqueness(template, field, path), isAside: true })
  return changes
}

/** Objects that were written without an actor cannot be filled with their creator. */
function compareCreators(template: Template, field: Field, path: readonly string[]): readonly TemplateChange[] {
  if (field.fill?.kind !== 'creator') return []
  return [
    { ...breaking(template, field, path, 'lacking', 'required; objects without a creator lack it'), isAside: true },
  ]
}

function compareTypes(
  template: Template,
  was: Field | undefined,
  field: Field,
  path: readonly string[],
  next: TemplateModel,
): readonly TemplateChange[] {
  const former = was ?? field.formers[0]
  if (!former || isSameType(former, field)) return []
  const isMoved = former.attribute !== field.attribute
  const places = [...(isMoved ? field.formers : [field])].map(({ attribute }) => [attribute])
  const followed = followedTarget(field, former, next)
  if (followed) {
    const change = `follows the new key of ${followed.name}`
    return [{ template, path, change, question: { kind: 'present', places }, effect: 'REKEYS' }]
  }
  const target = next.byName.get(field.reference?.to ?? '')
  const pinned = field.formers.find(({ attribute }) => attribute === former.attribute)?.reference
  const formerTarget = pinned?.stored ?? former.reference?.stored ?? former.reference?.to
  const leadsElsewhere =
    formerTarget !== undefined && target !== undefined && originOf(formerTarget) !== originOf(target.stored)
  const [effect, change] = judgeType(former, field, was !== undefined, leadsElsewhere)
  if (effect === 'SAFE') return [safe(template, path, change)]
  return [
    { template, path, change, question: { kind: 'present', places }, effect },
    { ...breaking(template, field, path, 'unfit', unfitWords[effect](change)), isAside: true },
  ]
}

/** What a change of type with this effect leaves behind. */
const unfitWords = {
  CONVERTS: (change: string) => `${change}: these values do not convert`,
  FILLS: () => 'new required members: these objects have another member that does not fit, and are not filled',
  ORPHANS: (change: string) => `${change}: these values have no target there`,
} as const

/** `isKnown`: the former type is that of a field, not of an additional attribute. */
function judgeType(
  former: Field,
  field: Field,
  isKnown: boolean,
  leadsElsewhere: boolean,
): [keyof typeof unfitWords | 'SAFE', string] {
  if (isFilled(former, field)) return ['FILLS', 'new required members: older objects read as their defaults']
  if (former.type === 'object' && field.type === 'object' && former.list === field.list)
    return isWider(former, field) ? ['SAFE', 'members of wider types'] : ['CONVERTS', 'members of other types']
  if (former.reference && field.reference && leadsElsewhere)
    return ['ORPHANS', `leads to ${field.reference.to} instead of ${former.reference.to}`]
  const change = `${isKnown ? printType(former) : 'additional attribute'} → ${printType(field)}`
  return [isWider(former, field) ? 'SAFE' : 'CONVERTS', change]
}

/** Whether each value of the former type has its place in the present one, and reads as before. */
function isWider(was: Field, is: Field): boolean {
  if (was.list !== is.list || (is.convert && !isSameConvert(was, is))) return false
  return was.type === 'object' ? hasWiderMembers(was, is) : wider.has(`${was.type} ${is.type}`)
}

/** Whether an object is only another because of members whose values stay where they are, and read as before. */
function hasWiderMembers(was: Field, is: Field): boolean {
  if (is.type !== 'object' || is.attribute !== was.attribute) return false
  return is.members.every((member) => {
    const former = formerMember(was, member)
    return !former || isSameType(former, member) || isWider(former, member)
  })
}

const wider: ReadonlySet<string> = new Set(['int bigint', 'int float', 'version string', 'enum string'])

function breaking(
  template: Template,
  field: Field,
  path: readonly string[],
  reason: BreakReason,
  change: string,
): TemplateChange {
  return { template, path, change, question: { kind: 'breaking', field, reason }, effect: 'VIOLATES' }
}

function compareRules(
  template: Template,
  was: Field | undefined,
  field: Field,
  path: readonly string[],
): readonly TemplateChange[] {
  const changes: TemplateChange[] = []
  // What a new key requires is said with the key.
  if (field.required && !was?.required && (field.default || !field.isKey)) {
    const question: Question = { kind: 'breaking', field: { ...field, fill: undefined }, reason: 'lacking' }
    const [change, effect]: [string, Effect] = field.default
      ? ['required: objects without a value read as the default', 'FILLS']
      : ['required; the schema has it nullable until all objects have a value', 'VIOLATES']
    changes.push({ template, path, change, question, effect, ...(field.isKey && { isAside: true }) })
    changes.push(...compareCreators(template, field, path))
  }
  // What moves to another form is judged there.
  const isSame = was !== undefined && isSameType(was, field)
  const gone = was?.values.filter((value) => !field.values.includes(value)) ?? []
  if (isSame && field.type === 'enum' && gone.length > 0)
    changes.push(breaking(template, field, path, 'unfit', `members gone: ${gone.join(', ')}`))
  const limits = (one: Field | undefined) => [one?.constraints, one?.members.map(rulesOfMember)]
  if (hasRules(field) && !isDeepStrictEqual(limits(was), limits(field)))
    changes.push(breaking(template, field, path, 'rule', `new rules: ${printRules(field)}`))
  if (field.reference?.onMissing === 'reject' && was?.reference?.onMissing === 'allow' && isSame)
    changes.push(breaking(template, field, path, 'unfit', 'onMissing: reject'))
  if (field.unique && !(was?.unique && was.attribute === field.attribute))
    changes.push(uniqueness(template, field, path))
  if (isIndexed(field) && !(was && isIndexed(was) && was.attribute === field.attribute)) {
    const question: Question = { kind: 'tooLong', field }
    changes.push({
      template,
      path,
      change: 'values too long for an index',
      question,
      effect: 'CONFLICTS',
      isAside: true,
    })
  }
  return changes
}

function isIndexed({ unique, indexed, isIndexedTogether }: Field): boolean {
  return unique || indexed || isIndexedTogether === true
}

function uniqueness(template: Template, field: Field, path: readonly string[]): TemplateChange {
  return { template, path, change: 'unique', question: { kind: 'duplicates', field }, effect: 'CONFLICTS' }
}

function printRules({ constraints, members }: Field): string {
  const own = Object.entries(constraints).map(([name, value]) => `${name} ${value}`)
  return [...own, ...(members.length > 0 ? ['those of its members'] : [])].join(', ')
}
