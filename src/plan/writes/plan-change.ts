import { isDeepStrictEqual } from 'node:util'
import type { InputIssue, Path } from '../../errors.ts'
import { checkValue } from '../../template/check-value.ts'
import type { Json, JsonObject } from '../../template/json.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { printTargetKeys, validateKeyLength, validateKeyTexts } from '../../template/object-key.ts'
import type { ChangeStep, ItemTarget } from '../plan.ts'

type Input = Readonly<Record<string, unknown>>
type Steps = Readonly<Record<string, ChangeStep>>

interface PlannedChange {
  /** By attribute. */
  readonly steps: Steps
  /** The target at its place in the change, if it is added there. */
  readonly targetAt: (target: ItemTarget) => ItemTarget | undefined
}

const numbers: ReadonlySet<string> = new Set(['int', 'bigint', 'float'])

/** Whether a field can be changed in place: lists and numbers can, unless the order of the writes must not matter. */
export function isChangeable({ isKey, list, type, merge }: Field): boolean {
  return !isKey && !merge && (list || numbers.has(type))
}

/**
 * Plans the argument `change` of an upsert, coerced by GraphQL: `{ tags: { add: ["x"] }, count: { increment: 1 } }`. Items to add are
 * checked like those of an input; items to remove need only be of the type.
 *
 * @param ofTargets takes the rules that the keys of references break
 */
export function planChange(
  change: Input | undefined,
  input: Input,
  template: Template,
  model: TemplateModel,
  issues: InputIssue[],
  ofTargets: InputIssue[],
): PlannedChange {
  const steps: [string, ChangeStep][] = []
  for (const field of template.fields) {
    const given = change && Object.hasOwn(change, field.graphqlName) ? change[field.graphqlName] : undefined
    if (given === undefined) continue
    const path = ['change', field.graphqlName]
    const refuse = (code: string, message: string) => issues.push({ path, code, message: `${field.name}: ${message}` })
    if (given === null) refuse('TYPE', 'null changes nothing; leave the field out, or clear it in input')
    else if (Object.hasOwn(input, field.graphqlName) && input[field.graphqlName] !== undefined)
      refuse('GIVEN_TWICE', 'it is in input and in change; give it in one of them')
    else {
      const step = planStep(field, given as Input, template, model, path, issues, ofTargets)
      if (step) steps.push([field.attribute, step])
    }
  }
  return {
    steps: Object.fromEntries(steps),
    targetAt(target) {
      const field = template.fields.find(({ graphqlName }) => graphqlName === target.place[0])
      const step = steps.find(([attribute]) => attribute === field?.attribute)?.[1]
      const index = step && 'addKeys' in step ? (step.addKeys?.indexOf(target.key) ?? -1) : -1
      if (!field || index < 0) return undefined
      return {
        ...target,
        name: `${field.name}.${index}`,
        path: ['change', field.graphqlName, 'add', index],
        ifCreated: false,
      }
    },
  }
}

function planStep(
  field: Field,
  given: Input,
  template: Template,
  model: TemplateModel,
  path: Path,
  issues: InputIssue[],
  ofTargets: InputIssue[],
): ChangeStep | undefined {
  if (!field.list) {
    const increment = checkValue(given.increment, { ...field, constraints: {} }, [...path, 'increment'], model, issues)
    return increment === undefined
      ? undefined
      : { increment: increment as number | string, isFloat: field.type === 'float' }
  }
  const before = issues.length
  const broken = field.reference ? ofTargets : issues
  const items = (name: 'add' | 'remove') => {
    const rules = name === 'add' ? 'all' : 'type alone'
    return checkValue(given[name] ?? [], field, [...path, name], model, issues, rules, broken) ?? []
  }
  const [add, remove] = [items('add'), items('remove')] as [readonly Json[], readonly Json[]]
  if (issues.length > before) return undefined
  if (!field.reference) return { add, remove }
  const keysOf = (list: readonly Json[]) => printTargetKeys(field, list, model) as readonly string[]
  const [addKeys, removeKeys] = [keysOf(add), keysOf(remove)]
  issues.push(
    ...validateKeyTexts(field, add, template, [...path, 'add'], model),
    ...addKeys.flatMap((key, index) => validateKeyLength(key, [...path, 'add', index])),
  )
  return { add, remove, addKeys, removeKeys }
}

/** What a new object has of the value: absent is 0, or an empty list, and stays absent if that changes nothing. `registry_change_in_place` does the same to a stored object. */
export function takeStep(value: Json | undefined, step: ChangeStep): Json | undefined {
  if ('increment' in step) {
    if (value === undefined && Number(step.increment) === 0) return undefined
    if (typeof step.increment === 'string')
      return String(BigInt((value as string | undefined) ?? '0') + BigInt(step.increment))
    return ((value as number | undefined) ?? 0) + step.increment
  }
  const isIn = (list: readonly Json[], one: Json) => list.some((item) => isDeepStrictEqual(item, one))
  const kept = ((value as readonly Json[] | undefined) ?? []).filter((item) => !isIn(step.remove, item))
  for (const item of step.add) if (!isIn(kept, item)) kept.push(item)
  return value === undefined && kept.length === 0 ? undefined : kept
}

/** Whether only the result tells if a change is possible. */
export function needsCheck(steps: Steps): boolean {
  return Object.values(steps).some((step) => 'increment' in step)
}

/** Which numbers have gone beyond their types or ranges. No value is told: the caller may not be allowed to read it. */
export function checkChanged(
  steps: Steps,
  document: JsonObject,
  template: Template,
  model: TemplateModel,
): readonly InputIssue[] {
  return template.fields.flatMap((field) => {
    const step = Object.hasOwn(steps, field.attribute) ? steps[field.attribute] : undefined
    if (!step || !('increment' in step)) return []
    const path = ['change', field.graphqlName, 'increment']
    const problems: InputIssue[] = []
    const value = document[field.attribute]
    if (value === undefined) return []
    checkValue(
      typeof value === 'number' || typeof value === 'string' ? value : Number.NaN,
      field,
      path,
      model,
      problems,
    )
    return problems.slice(0, 1).map(({ code }) => {
      const { minimum, maximum } = field.constraints
      const limit =
        code === 'MINIMUM'
          ? `make it less than ${minimum}`
          : code === 'MAXIMUM'
            ? `make it more than ${maximum}`
            : `lead beyond the numbers of the type ${field.type}`
      return { path, code, message: `${field.name}: an increment of ${step.increment} would ${limit}` }
    })
  })
}
