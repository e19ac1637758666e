import type { InputIssue, Path } from '../errors.ts'
import { mapInTurns } from '../map-in-turns.ts'
import { formToRead } from '../template/changes/form-to-read.ts'
import { checkValue } from '../template/check-value.ts'
import { defaultValue } from '../template/default-value.ts'
import type { Json, JsonObject } from '../template/json.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { printKey, printTargetKeys, validateKeyLength, validateKeyTexts } from '../template/object-key.ts'
import { requiredIssue } from '../template/required-issue.ts'
import type { ItemTarget, References, UpsertItem } from './plan.ts'
import type { PlanRequest } from './plan-request.ts'
import { planAdditional } from './writes/plan-additional.ts'
import { needsCheck, planChange, takeStep } from './writes/plan-change.ts'
import { planImportedMeta } from './writes/plan-imported-meta.ts'

/** An input as an item to write, with its problems. */
export interface PlannedItem {
  /** Undefined only if the key is unknown. */
  readonly item: UpsertItem | undefined
  /** In the order of the fields. */
  readonly issues: readonly InputIssue[]
  /** Those among them that are rules which a value breaks, with the value's attribute: an object that has this value already keeps it. */
  readonly broken: ReadonlyMap<InputIssue, string>
  /** The place of the input in the request. */
  readonly path: Path
  /** The further problems if the object is new: an existing one may lack, or break, what it did not get from this input. */
  readonly ifCreated: readonly InputIssue[]
}

/** Plans the inputs of one mutation, in their order; many inputs yield to the event loop in between. `ifVersion` and `change` apply to each. */
export function planUpserts(
  inputs: readonly PlannedInput[],
  template: Template,
  request: PlanRequest,
  ifVersion?: number,
  change?: Input,
): Promise<readonly PlannedItem[]> {
  return mapInTurns(inputs, (input, index) => planUpsertItem(input, index, template, request, ifVersion, change))
}

interface PlannedInput {
  readonly input: Input
  readonly path: Path
  /** Null clears a field although its values are merged. */
  readonly overwrites?: boolean
}

type Input = Readonly<Record<string, unknown>>

/**
 * Plans one input of an upsert, coerced by GraphQL, and checks it: types, constraints, key, unknown attributes, and what it would
 * lack as a new object.
 */
function planUpsertItem(
  { input, path, overwrites = false }: PlannedInput,
  index: number,
  template: Template,
  { model, now, author }: PlanRequest,
  ifVersion: number | undefined,
  changeInput: Input | undefined,
): PlannedItem {
  const moment = { now, actor: author.actor }
  const issues: InputIssue[] = []
  const broken = new Map<InputIssue, string>()
  /** The rules that keys of references break: their targets may be older. */
  const ofTargets: InputIssue[] = []
  const given = new Map<string, Json>()
  const cleared: string[] = []
  for (const field of template.fields) {
    const value = Object.hasOwn(input, field.graphqlName) ? input[field.graphqlName] : undefined
    const place = [...path, field.graphqlName]
    if (value === undefined) continue
    if (value !== null) {
      const rules: InputIssue[] = []
      const stored = checkValue(value, field, place, model, issues, 'all', field.reference ? ofTargets : rules)
      issues.push(...rules)
      for (const rule of rules) broken.set(rule, field.attribute)
      if (stored === undefined) continue
      given.set(field.attribute, stored)
      if (field.reference && !field.isKey) issues.push(...validateKeyTexts(field, stored, template, place, model))
    } else if (field.required) issues.push(requiredIssue(field.name, place))
    // What is null takes no part in merging.
    else if (!field.merge || overwrites) cleared.push(...attributesToClear(field))
  }
  if (template.additionalFields)
    planAdditional(input._additional, template, given, cleared, issues, [...path, '_additional'])

  const change = planChange(changeInput, input, template, model, issues, ofTargets)

  const create = new Map<string, Json>(given)
  for (const field of template.fields) {
    if (create.has(field.attribute) || cleared.includes(field.attribute) || !field.default) continue
    const value = defaultValue(field, field.default, moment)
    if (value !== undefined) create.set(field.attribute, value)
  }
  for (const [attribute, step] of Object.entries(change.steps)) {
    const value = takeStep(create.get(attribute), step)
    if (value !== undefined) create.set(attribute, value)
  }
  for (const field of template.key) {
    const place = [...path, field.graphqlName]
    if (!create.has(field.attribute) && !issues.some((issue) => issue.path[path.length] === field.graphqlName))
      issues.push(requiredIssue(field.name, place))
  }
  if (template.key.some((field) => !create.has(field.attribute)))
    return { item: undefined, issues, broken, path, ifCreated: listMissing(input, template, path) }

  const document = Object.fromEntries(create)
  const key = printKey(template, document, model)
  const keyAttributes = new Set(template.key.map((field) => field.attribute))
  const patch = Object.fromEntries([...given].filter(([attribute]) => !keyAttributes.has(attribute)))
  const createRefs = referencesOf(document, template, model)
  issues.push(...validateKeyLength(key, path))
  for (const { field, place, key: target } of listTargets(createRefs, template)) {
    if (!field.isKey && !Object.hasOwn(change.steps, field.attribute))
      issues.push(...validateKeyLength(target, [...path, ...place]))
  }
  const targets = targetsOf(template, createRefs, given, (target) => {
    const moved = change.targetAt(target) ?? target
    const start = moved.path ?? [...path, ...moved.place]
    const rules = ofTargets.filter((issue) => start.every((segment, i) => issue.path[i] === segment))
    return rules.length > 0 ? { ...moved, broken: rules } : moved
  })
  const keep = Object.fromEntries(
    [...new Set(broken.values())]
      .filter((name) => Object.hasOwn(patch, name))
      .map((name) => [name, patch[name] as Json]),
  )
  const meta = planImportedMeta(input._meta, [...path, '_meta'], now, issues)
  const known = new Set([...issues, ...ofTargets].map((issue) => issue.path[path.length]))
  const ifCreated = template.fields.flatMap((field) => {
    const place = [...path, field.graphqlName]
    const ofDefault =
      given.has(field.attribute) ||
      (Object.hasOwn(change.steps, field.attribute) && create.has(field.attribute)) ||
      known.has(field.graphqlName)
        ? []
        : checkDefault(field, create, model, place)
    // Objects may have an empty key since before it was refused.
    const value = field.isKey ? document[field.attribute] : undefined
    return value === undefined ? ofDefault : [...ofDefault, ...validateKeyTexts(field, value, template, place, model)]
  })
  return {
    issues,
    broken,
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
      ...(Object.keys(change.steps).length > 0 && { change: change.steps }),
      ...(Object.keys(keep).length > 0 && { keep }),
      ifVersion,
      meta,
      targets,
      isComplete:
        issues.length === 0 &&
        ifCreated.length === 0 &&
        targets.every((target) => !target.ifCreated) &&
        !needsCheck(change.steps),
    },
  }
}

/** An object that has not been filled has the value only in the former form. */
function attributesToClear(field: Field): readonly string[] {
  const form = formToRead(field)
  return form ? [field.attribute, form.attribute] : [field.attribute]
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

/** The targets that must exist: those that references are not allowed to miss, and those whose keys break rules. */
function targetsOf(
  template: Template,
  createRefs: References,
  given: ReadonlyMap<string, Json>,
  placeRules: (target: ItemTarget) => ItemTarget,
): ItemTarget[] {
  return listTargets(createRefs, template).flatMap(({ field, place, key }) => {
    if (!field.reference) return []
    const { to, onMissing } = field.reference
    const name = [field.name, ...place.slice(1)].join('.')
    const ifCreated = field.isKey ? onMissing === 'allow' : !given.has(field.attribute)
    const target = placeRules({ place, name, to, key, ifCreated })
    return onMissing === 'reject' || target.broken ? [target] : []
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
