/** Changes that someone makes to template files. To add one, add a line to `edits`. */

import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../src/template/json.ts'
import type { Drafts, FieldDraft, TemplateDraft } from './drafts.ts'
import {
  isComputed,
  keyTypes,
  newDefault,
  newField,
  newMembers,
  plain,
  scalarTypes,
  uniqueTypes,
  withRequired,
  withType,
} from './new-drafts.ts'
import type { Random } from './random.ts'

/** Undefined if there is nothing to which it applies. */
type Edit = (drafts: Drafts, random: Random) => Drafts | undefined
type FieldEdit = (field: FieldDraft, drafts: Drafts, random: Random) => FieldDraft | undefined

function editTemplate(drafts: Drafts, id: number, change: (template: TemplateDraft) => TemplateDraft): Drafts {
  return { ...drafts, templates: drafts.templates.map((one) => (one.id === id ? change(one) : one)) }
}

/** An edit of one field that is not part of the key. */
function onField(edit: FieldEdit, test: (field: FieldDraft) => boolean = () => true): Edit {
  return (drafts, random) => {
    const places = drafts.templates.flatMap((template) =>
      template.fields
        .filter(({ id }) => !template.key.includes(id))
        .filter(test)
        .map((field) => [template, field] as const),
    )
    if (places.length === 0) return undefined
    const [{ id }, field] = random.pick(places)
    const edited = edit(field, drafts, random)
    if (!edited) return undefined
    const fields = (all: readonly FieldDraft[]) => all.map((one) => (one.id === field.id ? edited : one))
    return {
      ...editTemplate(drafts, id, (template) => ({ ...template, fields: fields(template.fields) })),
      next: drafts.next + 20,
    }
  }
}

function onMember(edit: (member: FieldDraft, drafts: Drafts, random: Random) => FieldDraft): Edit {
  return onField((field, drafts, random) => {
    const member = random.pick(field.members)
    const edited = edit(member, drafts, random)
    return { ...field, members: field.members.map((one) => (one === member ? edited : one)) }
  }, isObject)
}

const isObject = ({ type }: FieldDraft) => type === 'object'
const renamed = <Named extends { readonly id: number; readonly name: string; readonly renamedFrom: readonly string[] }>(
  one: Named,
  next: number,
): Named => ({ ...one, name: `${one.name.replace(/r.*/, '')}r${next}`, renamedFrom: [one.name, ...one.renamedFrom] })

const retype: FieldEdit = (field, { templates, next }, random) => {
  const list = random.oneIn(4) ? !field.list : field.list
  const type = random.pick([...scalarTypes, 'object', 'reference', field.type] as const)
  return withType({ ...field, list }, type, next, templates, random)
}

const constraintsOf = ({ type }: FieldDraft, random: Random): FieldDraft['constraints'] => {
  if (type === 'string' || type === 'version')
    return random.pick([{ pattern: '^[0-9a-z]+$' }, { maxLength: 4 }, { minLength: 1 }, {}, { pattern: '7' }])
  if (type === 'int' || type === 'bigint' || type === 'float')
    return random.pick([{ minimum: 0 }, { maximum: 7 }, { minimum: -5, maximum: 100 }, {}])
  return {}
}

/** A field that is gone comes back, as it was. */
const returnField: Edit = (drafts, random) => {
  const places = drafts.templates.flatMap((template) =>
    (drafts.removedFields[template.id] ?? []).map((field) => [template, field] as const),
  )
  if (places.length === 0) return undefined
  const [{ id }, field] = random.pick(places)
  const isBack = field.to === undefined || drafts.templates.some((template) => template.id === field.to)
  if (!isBack) return undefined
  return {
    ...editTemplate(drafts, id, (one) => ({ ...one, fields: [...one.fields, field] })),
    removedFields: {
      ...drafts.removedFields,
      [id]: (drafts.removedFields[id] ?? []).filter((other) => other !== field),
    },
  }
}

/** Other types whose values come from those that are stored by `convert`; some of its texts nobody has. */
const convertTexts: FieldEdit = (field, { templates, next }, random) => {
  const type = random.pick(['enum', 'enum', 'string', 'int', 'boolean'] as const)
  const typed = withType(field, type, next, templates, random)
  const texts = random.some(field.type === 'boolean' ? ['true', 'false'] : convertedTexts)
  if (texts.length === 0) return undefined
  const results: readonly Json[] = type === 'enum' ? typed.values : convertedTo[type]
  return { ...typed, convert: Object.fromEntries(texts.map((text) => [text, random.pick(results)])) }
}

const convertedTexts = ['7', '+7', '-3', 'true', 'draft', 'x y', '', '1.50', '2026-11-22', 'PT1H30M']
const convertedTo = { string: ['7', 'draft', 'other', 'true'], int: [0, 7, 8], boolean: [true, false] } as const

const fieldsOf = ({ templates }: Drafts) => templates.flatMap(({ fields }) => fields)

/** By name. */
export const edits: Readonly<Record<string, Edit>> = {
  addField(drafts, random) {
    const template = random.pick(drafts.templates)
    const field = newField(drafts.next, drafts.templates, random)
    // The name of an additional attribute that objects may have.
    const name = template.isOpen && random.oneIn(2) ? random.pick(extraNames) : field.name
    const taken = [...template.fields, ...(drafts.removedFields[template.id] ?? [])]
    if (taken.some((one) => one.name === name || one.renamedFrom.includes(name))) return undefined
    const added = { ...field, name }
    return {
      ...editTemplate(drafts, template.id, (one) => ({ ...one, fields: [...one.fields, added] })),
      next: drafts.next + 20,
    }
  },
  removeField(drafts, random) {
    const places = drafts.templates.flatMap((template) =>
      template.fields.filter(({ id }) => !template.key.includes(id)).map((field) => [template, field] as const),
    )
    if (places.length === 0) return undefined
    const [{ id }, field] = random.pick(places)
    const removed = [...(drafts.removedFields[id] ?? []), field]
    return {
      ...editTemplate(drafts, id, (one) => ({ ...one, fields: one.fields.filter((other) => other !== field) })),
      removedFields: { ...drafts.removedFields, [id]: removed },
    }
  },
  returnField,
  returnRetyped(drafts, random) {
    const back = returnField(drafts, random)
    if (!back) return undefined
    const were = new Set(fieldsOf(drafts))
    return onField(retype, (field) => !were.has(field))(back, random)
  },
  renameField: onField((field, { next }) => renamed(field, next)),
  retypeField: onField(retype),
  retypeAgain: onField((field, drafts, random) => {
    const typed = retype(field, drafts, random)
    return typed && withRequired(typed, random)
  }),
  convertFlag: onField(convertTexts, ({ type }) => type === 'boolean'),
  convertTexts: onField(convertTexts, ({ type }) => type !== 'object' && type !== 'reference'),
  forgetConvert: onField(
    (field) => ({ ...field, convert: undefined }),
    ({ convert }) => convert !== undefined,
  ),
  forgetFormerNames: onField((field) => ({ ...field, renamedFrom: [] })),
  renameMember: onMember((member, { next }) => renamed(member, next)),
  retypeMember: onMember((member, { templates, next }, random) =>
    withType(member, random.pick(scalarTypes), next, templates, random),
  ),
  changeRulesOfMember: onMember((member, _, random) => ({ ...member, constraints: constraintsOf(member, random) })),
  requireMember: onMember((member, _, random) => withRequired(member, random)),
  addMember: onField(
    (field, { templates, next }, random) => ({
      ...field,
      members: [...field.members, newField(next, templates, random, true)],
    }),
    isObject,
  ),
  removeMember: onField(
    (field, _, random) =>
      field.members.length > 1
        ? { ...field, members: field.members.filter((member) => member !== random.pick(field.members)) }
        : undefined,
    isObject,
  ),
  changeEnum: onField(
    (field, _, random) => ({ ...field, values: newMembers(random).slice(random.below(2)), default: undefined }),
    ({ type }) => type === 'enum',
  ),
  changeRules: onField((field, _, random) => ({ ...field, constraints: constraintsOf(field, random) })),
  changeUnique: onField(
    (field) => ({ ...field, unique: !field.unique, ...(!field.unique && { default: undefined }) }),
    ({ type, list }) => uniqueTypes.has(type) && !list,
  ),
  changeRequired: onField((field) => ({ ...field, required: !field.required })),
  requireWithDefault: onField((field, _, random) => ({ ...field, required: true, default: newDefault(field, random) })),
  changeDefault: onField((field, _, random) => ({ ...field, default: newDefault(field, random) })),
  changeMissing: onField(
    (field) => ({ ...field, onMissing: field.onMissing === 'allow' ? 'reject' : 'allow' }),
    ({ type }) => type === 'reference',
  ),
  retarget: onField(
    (field, { templates }, random) => ({ ...field, to: random.pick(templates).id }),
    ({ type }) => type === 'reference',
  ),
  addTemplate(drafts, random) {
    const { next } = drafts
    const key = { ...plain, id: next + 1, name: `k${next + 1}`, type: random.pick(keyTypes) }
    const template = { id: next, name: `t${next}`, renamedFrom: [], description: 'new', isOpen: false }
    return {
      ...drafts,
      templates: [...drafts.templates, { ...template, key: [key.id], fields: [key] }],
      next: next + 2,
    }
  },
  removeTemplate(drafts, random) {
    const template = random.pick(drafts.templates)
    const isTarget = drafts.templates.some(
      (other) => other !== template && other.fields.some(({ to }) => to === template.id),
    )
    if (isTarget || drafts.templates.length === 1) return undefined
    return {
      ...drafts,
      templates: drafts.templates.filter((one) => one !== template),
      removed: [...drafts.removed, template],
    }
  },
  returnTemplate(drafts, random) {
    if (drafts.removed.length === 0) return undefined
    const template = random.pick(drafts.removed)
    const isWhole = template.fields.every(
      ({ to }) => to === undefined || to === template.id || drafts.templates.some(({ id }) => id === to),
    )
    if (!isWhole) return undefined
    return {
      ...drafts,
      templates: [...drafts.templates, template],
      removed: drafts.removed.filter((one) => one !== template),
    }
  },
  renameTemplate(drafts, random) {
    const { id } = random.pick(drafts.templates)
    return { ...editTemplate(drafts, id, (one) => renamed(one, drafts.next)), next: drafts.next + 1 }
  },
  changeKey(drafts, random) {
    const template = random.pick(drafts.templates)
    const others = template.fields.filter(
      ({ id, type, list, default: fallback }) =>
        (type === 'reference' || keyTypes.some((one) => one === type)) &&
        !list &&
        !template.key.includes(id) &&
        !isComputed(fallback),
    )
    const other = others.length > 0 ? [random.pick(others).id] : []
    const [first, ...more] = template.key
    const key = random.pick([
      [...template.key, ...other],
      [...other, ...template.key],
      [...other, ...more],
      more,
      first === undefined ? [] : [...more, first],
    ])
    if (key.length === 0 || key.length > 3 || isDeepStrictEqual(key, template.key)) return undefined
    const fields = template.fields.map((field) =>
      // What a reference in a key leads to must be there.
      key.includes(field.id) && field.type === 'reference' ? { ...field, onMissing: 'reject' as const } : field,
    )
    return editTemplate(drafts, template.id, (one) => ({ ...one, key, fields }))
  },
  renameKeyField(drafts, random) {
    const template = random.pick(drafts.templates)
    const key = random.pick(template.key)
    const fields = template.fields.map((field) => (field.id === key ? renamed(field, drafts.next) : field))
    return { ...editTemplate(drafts, template.id, (one) => ({ ...one, fields })), next: drafts.next + 1 }
  },
}

/** The edits that find little to which they apply. */
export const seldom = [
  ...(['returnField', 'returnRetyped', 'returnTemplate', 'removeField', 'removeTemplate'] as const),
  ...(['convertFlag', 'convertTexts', 'forgetConvert', 'changeEnum', 'retarget', 'changeMissing'] as const),
  ...(['addMember', 'removeMember', 'retypeMember', 'renameMember', 'requireMember', 'changeRulesOfMember'] as const),
]

export const extraNames = ['extra', 'more']
