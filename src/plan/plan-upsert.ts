import type { InputIssue, Path } from '../errors.ts'
import { mapInTurns } from '../map-in-turns.ts'
import { checkValue } from '../template/check-value.ts'
import { defaultValue } from '../template/default-value.ts'
import { refuseEpochForFilter } from '../template/field-types/epoch-time.ts'
import { ValueError } from '../template/field-types/field-type.ts'
import { parseJson } from '../template/field-types/parse-json.ts'
import { parseText } from '../template/field-types/parse-text.ts'
import { refuseRelativeTime } from '../template/field-types/relative-time.ts'
import type { Json, JsonObject } from '../template/json.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { listAttributes } from '../template/naming.ts'
import { printKey, printTargetKeys, validateKeyLength, validateKeyTexts } from '../template/object-key.ts'
import { quote } from '../template/quote.ts'
import { requiredIssue } from '../template/required-issue.ts'
import type { ImportedMeta, ItemTarget, References, UpsertItem } from './plan.ts'
import type { PlanRequest } from './plan-request.ts'

/** An input as an item to write, with its problems. */
export interface PlannedItem {
  /** Undefined only if the key is unknown. */
  readonly item: UpsertItem | undefined
  readonly issues: readonly InputIssue[]
  /** The place of the input in the request. */
  readonly path: Path
  /** The further problems if the object is new: an existing one may lack, or break, what it did not get from this input. */
  readonly ifCreated: readonly InputIssue[]
}

/** Plans the inputs of one mutation, in their order; many inputs yield to the event loop in between. `ifVersion` applies to each. */
export function planUpserts(
  inputs: readonly { readonly input: Input; readonly path: Path }[],
  template: Template,
  request: PlanRequest,
  ifVersion?: number,
): Promise<readonly PlannedItem[]> {
  return mapInTurns(inputs, ({ input, path }, index) =>
    planUpsertItem(input, index, template, request, path, ifVersion),
  )
}

type Input = Readonly<Record<string, unknown>>

/**
 * Plans one input of an upsert, coerced by GraphQL, and checks it: types, constraints, key, unknown attributes, and what it would
 * lack as a new object.
 */
function planUpsertItem(
  input: Input,
  index: number,
  template: Template,
  { model, now, author }: PlanRequest,
  path: Path,
  ifVersion: number | undefined,
): PlannedItem {
  const moment = { now, actor: author.actor }
  const issues: InputIssue[] = []
  const given = new Map<string, Json>()
  const cleared: string[] = []
  for (const field of template.fields) {
    const value = Object.hasOwn(input, field.graphqlName) ? input[field.graphqlName] : undefined
    const place = [...path, field.graphqlName]
    if (value === undefined) continue
    if (value !== null) {
      const stored = checkValue(value, field, place, model, issues)
      if (stored === undefined) continue
      given.set(field.attribute, stored)
      if (field.reference && !field.isKey) issues.push(...validateKeyTexts(field, stored, template, place, model))
    } else if (field.required) issues.push(requiredIssue(field.name, place))
    else cleared.push(field.attribute)
  }
  if (template.additionalFields)
    planAdditional(input._additional, template, given, cleared, issues, [...path, '_additional'])

  const create = new Map<string, Json>(given)
  for (const field of template.fields) {
    if (create.has(field.attribute) || cleared.includes(field.attribute) || !field.default) continue
    const value = defaultValue(field, field.default, moment)
    if (value !== undefined) create.set(field.attribute, value)
  }
  for (const field of template.key) {
    const place = [...path, field.graphqlName]
    if (!create.has(field.attribute) && !issues.some((issue) => issue.path[path.length] === field.graphqlName))
      issues.push(requiredIssue(field.name, place))
  }
  if (template.key.some((field) => !create.has(field.attribute)))
    return { item: undefined, issues, path, ifCreated: listMissing(input, template, path) }

  const document = Object.fromEntries(create)
  const key = printKey(template, document, model)
  const keyAttributes = new Set(template.key.map((field) => field.attribute))
  const patch = Object.fromEntries([...given].filter(([attribute]) => !keyAttributes.has(attribute)))
  const createRefs = referencesOf(document, template, model)
  issues.push(...validateKeyLength(key, path))
  for (const { field, place, key: target } of listTargets(createRefs, template)) {
    if (!field.isKey) issues.push(...validateKeyLength(target, [...path, ...place]))
  }
  const targets = targetsOf(template, createRefs, given)
  const meta = planMeta(input._meta, [...path, '_meta'], now, issues)
  const known = new Set(issues.map((issue) => issue.path[path.length]))
  const ifCreated = template.fields.flatMap((field) => {
    const place = [...path, field.graphqlName]
    const ofDefault =
      given.has(field.attribute) || known.has(field.graphqlName) ? [] : checkDefault(field, create, model, place)
    // Objects may have an empty key since before it was refused.
    const value = field.isKey ? document[field.attribute] : undefined
    return value === undefined ? ofDefault : [...ofDefault, ...validateKeyTexts(field, value, template, place, model)]
  })
  return {
    issues,
    path,
    ifCreated,
    item: {
      index,
      key,
      create: document,
      createRefs,
      patch,
      patchRefs: referencesOf(patch, template, model),
      cleared,
      ifVersion,
      meta,
      targets,
      isComplete: ifCreated.length === 0 && targets.every((target) => !target.ifCreated),
    },
  }
}

/** The problems of a field that a new object has only its default for, if any. Literal defaults were checked with the template. */
function checkDefault(field: Field, create: ReadonlyMap<string, Json>, model: TemplateModel, path: Path): InputIssue[] {
  const value = create.get(field.attribute)
  if (value === undefined) return field.required ? [requiredIssue(field.name, path)] : []
  const issues: InputIssue[] = []
  if (field.default?.kind !== 'literal') checkValue(value, field, path, model, issues)
  return issues
}

/** Without a key there is no stored object to merge with, so the input must have all required fields. */
function listMissing(input: Input, template: Template, path: Path): readonly InputIssue[] {
  return template.fields
    .filter((field) => field.required && !field.isKey && !field.default && !Object.hasOwn(input, field.graphqlName))
    .map((field) => requiredIssue(field.name, [...path, field.graphqlName]))
}

/** Each change takes one of the 2,147,483,647 versions that there are. */
const largestVersion = 2_000_000_000

/** In milliseconds. An export of a moment ago may come from a server whose clock is ahead. */
const clockTolerance = 60_000

/** By the clock of this server: an object from the future would be the latest one until then, whatever is written. */
function refuseFuture(time: Json | undefined, now: Date): void {
  if (typeof time === 'string' && Date.parse(time) > now.getTime() + clockTolerance)
    throw new ValueError(`${quote(time)} is in the future`, 'FUTURE')
}

/** GraphQL has already coerced its values; only their own limits remain to be checked. */
function planMeta(input: unknown, path: Path, now: Date, issues: InputIssue[]): ImportedMeta | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  // A null author means that there was none; any other null is ignored.
  const given = Object.entries(input).filter(
    ([name, value]) => value !== undefined && (value !== null || /By$|For$/.test(name)),
  )
  const meta = Object.fromEntries(given) as ImportedMeta
  if (typeof meta.version === 'number' && meta.version < 1) {
    issues.push({ path: [...path, 'version'], code: 'MINIMUM', message: `version: ${meta.version} is less than 1` })
  }
  if (typeof meta.version === 'number' && meta.version > largestVersion) {
    const message = `version: ${meta.version} is greater than ${largestVersion}, so that few changes would be left for the object`
    issues.push({ path: [...path, 'version'], code: 'MAXIMUM', message })
  }
  for (const name of ['createTime', 'updateTime', 'createdBy', 'updatedBy', 'createdFor', 'updatedFor'] as const) {
    try {
      if (name.endsWith('Time')) {
        refuseEpochForFilter(meta[name])
        refuseRelativeTime(meta[name])
        refuseFuture(meta[name], now)
      } else if (typeof meta[name] === 'string') parseText(meta[name])
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      issues.push({ path: [...path, name], code: error.code, message: `${name}: ${error.message}` })
    }
  }
  return given.length > 0 ? meta : undefined
}

function planAdditional(
  input: unknown,
  template: Template,
  given: Map<string, Json>,
  cleared: string[],
  issues: InputIssue[],
  path: Path,
): void {
  if (input === undefined || input === null) return
  if (typeof input !== 'object' || Array.isArray(input)) {
    issues.push({ path, code: 'TYPE', message: `_additional: ${quote(input)} is not an object` })
    return
  }
  for (const [name, value] of Object.entries(input)) {
    const place = [...path, name]
    try {
      if (template.fields.some((field) => field.name === name))
        throw new ValueError('is a field of the template; give it outside of _additional', 'ADDITIONAL_IS_FIELD')
      const gone = template.removed.find((field) => listAttributes(field).includes(name))
      if (gone)
        throw new ValueError(
          `is stored for ${gone.name}, a field that was removed; bring it back, or choose another name`,
          'ADDITIONAL_IS_FIELD',
        )
      const owner = template.fields.find((field) => listAttributes(field).includes(name))
      if (owner) throw new ValueError(`is the former name of ${owner.name}; choose another name`, 'ADDITIONAL_IS_FIELD')
      if (value !== null && /~\d+$/.test(name))
        throw new ValueError(
          'ends in ~ and a number, as the stored names of retyped fields do; choose another name',
          'RESERVED_NAME',
        )
      if (value === null) cleared.push(parseText(name))
      else given.set(parseText(name), parseJson(value))
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      issues.push({ path: place, code: error.code, message: `${name}: ${error.message}` })
    }
  }
}

function referencesOf(document: JsonObject, template: Template, model: TemplateModel): References {
  return Object.fromEntries(
    template.fields.flatMap((field) => {
      const value = Object.hasOwn(document, field.attribute) ? document[field.attribute] : undefined
      return field.reference && value !== undefined && value !== null
        ? [[field.attribute, printTargetKeys(field, value, model)]]
        : []
    }),
  )
}

function targetsOf(template: Template, createRefs: References, given: ReadonlyMap<string, Json>): ItemTarget[] {
  return listTargets(createRefs, template).flatMap(({ field, place, key }) => {
    if (field.reference?.onMissing !== 'reject') return []
    const name = [field.name, ...place.slice(1)].join('.')
    return [{ place, name, to: field.reference.to, key, ifCreated: !field.isKey && !given.has(field.attribute) }]
  })
}

/** Each target, with its place in the input. */
function listTargets(
  refs: References,
  template: Template,
): readonly { readonly field: Field; readonly place: Path; readonly key: string }[] {
  return template.fields.flatMap((field) => {
    const keys = Object.hasOwn(refs, field.attribute) ? (refs[field.attribute] ?? []) : []
    if (typeof keys === 'string') return [{ field, place: [field.graphqlName], key: keys }]
    return keys.map((key, index) => ({ field, place: [field.graphqlName, index], key }))
  })
}
