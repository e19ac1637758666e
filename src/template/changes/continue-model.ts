import { isDeepStrictEqual } from 'node:util'
import { byNameOf, withFields } from '../build-model.ts'
import type { Json } from '../json.ts'
import type { Field, Template, TemplateModel } from '../model.ts'
import { listAttributes } from '../naming.ts'
import { continueFilling, literalFill } from './continue-fill.ts'
import { anyValue, withoutLostTargets } from './lost-targets.ts'
import { storeLiteral } from './store-literal.ts'

/**
 * The templates of the files, as the database knows them: with the stored names of templates and fields, the former forms of
 * fields, and what is gone and still stored. `applied` is what was applied last; undefined if there is nothing yet.
 *
 * An attribute never holds values of two types: a field of another type gets another attribute, or one that it had before.
 * Likewise a storage never holds two kinds of keys: a template with another key gets another storage.
 */
export function continueModel(
  applied: TemplateModel | undefined,
  declared: TemplateModel,
  moment: PlanMoment,
): TemplateModel {
  if (!applied) return declared
  const formers = matchTemplates(applied, declared)
  const targets = createTargets(applied, declared, formers, moment)
  const templates = declared.templates.map((template) => {
    const former = formers.get(template)
    const stored = targets.storedOf(template)
    return former ? continueTemplate(template, stored, former, targets, moment) : { ...template, stored }
  })
  const kept = new Set([...formers.values()].map((former) => former.stored))
  const newNames = new Map([...formers].map(([template, former]) => [former.name, template.name]))
  const removed = [...applied.templates, ...applied.removed]
    .filter((template) => !kept.has(template.stored))
    .map((template) => renameTargets(withFields(template, template.fields.map(targets.pin)), newNames))
  const byName = byNameOf(templates)
  const stored = templates.map((template) =>
    withFields(
      template,
      template.fields.map((field) => storeLiterals(field, { byName })),
    ),
  )
  // Copies of copies: nobody follows them any more.
  const dropped = templates.flatMap((template) => {
    const former = formers.get(template)
    return former?.former && former.stored !== template.stored ? [former.former.stored] : []
  })
  return withoutLostTargets({ templates: stored, byName, removed, spent: [...applied.spent, ...dropped] })
}

/** Literals were read before it was known under which attributes their parts are stored. */
function storeLiterals(field: Field, model: Pick<TemplateModel, 'byName'>): Field {
  const { default: fallback, convert, fill } = field
  const store = (value: Json) => storeLiteral(value, field, model)
  return {
    ...field,
    default: fallback?.kind === 'literal' ? { kind: 'literal', value: store(fallback.value) } : fallback,
    convert: convert && Object.fromEntries(Object.entries(convert).map(([text, value]) => [text, store(value)])),
    fill: fill?.kind === 'literal' ? literalFill(store(fill.value), field, model) : fill,
    members: field.members.map((member) => storeLiterals(member, model)),
  }
}

/** When templates are applied. */
export interface PlanMoment {
  /** The value of new required fields whose default is the time. */
  readonly now: Date
  /** The number of the generation that they become. */
  readonly generation: number
}

/** Where the targets of references are stored, before and now. */
interface Targets {
  readonly storedOf: (template: Template) => string
  readonly isSame: (was: Field, is: Field) => boolean
  /** The former form of a reference, which leads to the storage that its target had. */
  readonly pin: (was: Field) => Field
}

function createTargets(
  applied: TemplateModel,
  declared: TemplateModel,
  formers: ReadonlyMap<Template, Template>,
  { generation }: PlanMoment,
): Targets {
  const all = [...applied.templates, ...applied.removed]
  const taken = new Set([...applied.spent, ...all.flatMap(({ stored, former }) => [stored, former?.stored ?? stored])])
  const known = new Map<Template, string>()
  const storedBefore = ({ reference }: Field) =>
    reference?.stored ?? all.find((template) => template.name === reference?.to)?.stored
  const targets: Targets = {
    storedOf(template) {
      const stored = known.get(template) ?? findStored(template)
      known.set(template, stored)
      return stored
    },
    isSame(was, is) {
      const target = declared.byName.get(is.reference?.to ?? '')
      return target !== undefined && storedBefore(was) === targets.storedOf(target)
    },
    pin(was) {
      const stored = storedBefore(was)
      return was.reference && stored !== undefined ? { ...was, reference: { ...was.reference, stored } } : was
    },
  }
  return targets

  /** A template whose key changes, or the key of a template that its key leads to, gets another storage. */
  function findStored(template: Template): string {
    const former = formers.get(template)
    if (!former) return firstFree(template.name, taken, '+')
    const { fields } = continueFields(template.key, former, targets, former.wasOpen)
    const isSame =
      fields.length === former.key.length && fields.every((field, i) => field.attribute === former.key[i]?.attribute)
    return isSame ? former.stored : `${originOf(former.stored)}~${generation}`
  }
}

/** What all storages of a template have in common: `image` of `image~2`. */
export function originOf(stored: string): string {
  return stored.replace(/~\d+$/, '')
}

/** What each template was: the one with its name, or with a former name of it, even if its file was gone. */
function matchTemplates(applied: TemplateModel, declared: TemplateModel): ReadonlyMap<Template, Template> {
  const matches = new Map<Template, Template>()
  for (const template of declared.templates) {
    const names = [template.name, ...template.renamedFrom.filter((name) => !declared.byName.has(name))]
    const former = firstNamed(names, applied.templates) ?? firstNamed(names, applied.removed)
    if (former) matches.set(template, former)
  }
  return matches
}

function firstNamed<Named extends { readonly name: string }>(
  names: readonly string[],
  list: readonly Named[],
): Named | undefined {
  return names.flatMap((name) => list.find((one) => one.name === name) ?? [])[0]
}

/** `size`, or `size~2` and so on if that is taken. No name in a template has a `~` or a `+`. */
function firstFree(name: string, taken: ReadonlySet<string>, mark = '~'): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}${mark}${count}`
    if (!taken.has(candidate)) return candidate
  }
}

function renameTargets(template: Template, newNames: ReadonlyMap<string, string>): Template {
  const fields = template.fields.map((field) => {
    const to = newNames.get(field.reference?.to ?? '')
    return field.reference && to !== undefined ? { ...field, reference: { ...field.reference, to } } : field
  })
  return withFields(template, fields)
}

function continueTemplate(
  template: Template,
  stored: string,
  former: Template,
  targets: Targets,
  { now }: PlanMoment,
): Template {
  const { fields, removed } = continueFields(template.fields, former, targets, former.wasOpen)
  const filled = fields.map((field) => continueFilling(field, former, now))
  const wasOpen = template.additionalFields || former.wasOpen
  const continued = { ...withFields({ ...template, stored, wasOpen }, filled), removed }
  if (stored === former.stored) return { ...continued, former: former.former }
  return { ...continued, former: { ...withFields(former, former.fields.map(targets.pin)), former: undefined } }
}

interface Continued {
  readonly fields: readonly Field[]
  readonly removed: readonly Field[]
}

/** What a declared field continues. What comes back with another type has its former values as well: no later change could reach them otherwise. */
function findFormer(field: Field, present: ReadonlySet<string>, { fields, removed }: Continued): Field | undefined {
  const names = [field.name, ...field.renamedFrom.filter((name) => !present.has(name))]
  return firstNamed(names, fields) ?? firstNamed(names, removed)
}

/** Continues the fields of a template, or the members of an object. `mayHaveAny`: objects may have attributes that no field named. */
function continueFields(
  declared: readonly Field[],
  former: Continued,
  targets: Targets,
  mayHaveAny: boolean,
): Continued {
  const present = new Set(declared.map(({ name }) => name))
  const taken = new Set([...former.fields, ...former.removed].flatMap(listAttributes))
  const kept = new Set<Field>()
  const fields = declared.map((field) => {
    const was = findFormer(field, present, former)
    const next = continueField(field, was, targets, taken, mayHaveAny)
    if (was) kept.add(was)
    for (const attribute of listAttributes(next)) taken.add(attribute)
    return next
  })
  const removed = [...former.fields, ...former.removed].filter((field) => !kept.has(field))
  return { fields, removed: removed.map(targets.pin) }
}

function continueField(
  field: Field,
  was: Field | undefined,
  targets: Targets,
  taken: ReadonlySet<string>,
  mayHaveAny: boolean,
): Field {
  // What objects have under the name of a field, without a field of that name, is not known.
  const attribute = firstFree(field.name, mayHaveAny ? new Set([...taken, field.name]) : taken)
  if (!was) {
    if (!mayHaveAny || taken.has(field.name)) return { ...field, attribute }
    const former = anyValue(field)
    return { ...field, attribute, formers: [former], ...convertOf(field, [former]) }
  }
  const forms = [was, ...was.formers]
  const same = forms
    .filter((form) => form === was || hasPlaces(form, field, was))
    .flatMap((form) => continueForm(field, form, targets) ?? [])[0]
  const before = forms.find((form) => form.attribute === same?.attribute)
  const others = forms.filter((form) => form !== before).map((form) => ({ ...targets.pin(form), formers: [] }))
  const given = convertOf(field, others)
  if (!same || !before) {
    const members = continueMembers(field, was, targets)
    return { ...field, ...members, ...given, attribute, formers: others }
  }
  // Servers with older templates still write what must be converted, also when the file does not say how any more.
  const isKept = others.length > 0 && (!field.convert || isSameConvert(before, field))
  const { convert, convertsFrom } = isKept ? before : given
  const { isFilling, isViolated } = was
  return { ...same, convert, convertsFrom, formers: others, isFilling, isViolated }
}

/** Whether an earlier form of an object has each member that the present one has values of: those would be unreachable otherwise. */
function hasPlaces(form: Field, field: Field, was: Field): boolean {
  const present = new Set(field.members.map(({ name }) => name))
  return field.members.every((member) => {
    const [now, then] = [was, form].map((one) => findFormer(member, present, { ...one, fields: one.members }))
    return !now || (then !== undefined && hasPlaces(then, member, now))
  })
}

/** What the file says of values of these other forms. */
function convertOf({ convert }: Field, others: readonly Field[]): Pick<Field, 'convert' | 'convertsFrom'> {
  return { convert, convertsFrom: convert && others.map(({ attribute }) => attribute) }
}

/** The field with the attribute of an earlier form, if the values of that form can stay as they are. */
function continueForm(field: Field, form: Field, targets: Targets): Field | undefined {
  if (storedKind(form) !== storedKind(field) || form.list !== field.list) return undefined
  if (field.reference && !targets.isSame(form, field)) return undefined
  // A text stays as it is, unless the file says what becomes of it.
  if (texts.has(field.type) && field.convert && !isSameConvert(form, field)) return undefined
  const members = continueMembers(field, form, targets)
  if (!isSameObject(members, form)) return undefined
  return { ...field, ...members, attribute: form.attribute }
}

/** Any text fits these; that of an enum is compared with the members whenever it is read. */
const texts: ReadonlySet<string> = new Set(['string', 'version', 'enum'])

export function isSameConvert(was: Field, is: Field): boolean {
  return isDeepStrictEqual({ ...was.convert }, { ...is.convert })
}

function storedKind({ type }: Field): string {
  return texts.has(type) ? 'text' : type
}

function continueMembers(field: Field, was: Field, targets: Targets): Pick<Field, 'members' | 'removed'> {
  if (field.type !== 'object' || was.type !== 'object') return { members: field.members, removed: [] }
  const { fields, removed } = continueFields(
    field.members,
    { fields: was.members, removed: was.removed },
    targets,
    false,
  )
  return { members: fields, removed }
}

/** Whether the members can stay as they are. The default of a member that is newly required is written into each object. */
function isSameObject({ members }: Pick<Field, 'members'>, was: Field): boolean {
  return members.every((member) => {
    const former = was.members.find((one) => one.attribute === member.attribute)
    const isFilled = member.required && member.default !== undefined && !former?.required
    return !isFilled && (former !== undefined || member.formers.length === 0)
  })
}
