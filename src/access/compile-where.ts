import {
  type GraphQLInputObjectType,
  type GraphQLLeafType,
  type GraphQLSchema,
  isEnumType,
  isSpecifiedScalarType,
} from 'graphql'
import type { Path } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { Condition } from '../plan/condition.ts'
import { OpenValue } from '../plan/open-value.ts'
import { createPlanRequest } from '../plan/plan-request.ts'
import { planWhere } from '../plan/plan-where.ts'
import { allRights, type CallerValues } from '../plan/rights.ts'
import { coerceInput, type InputProblem } from '../schema/coerce-input.ts'
import { createBoundedMap } from '../store/bounded-map.ts'
import { typeNamesOf } from '../template/graphql-names.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { fillPlaceholders, mapPlaceholders, type PlaceholderText } from './placeholders.ts'

/** What the conditions of roles are compiled with. */
export interface RuleContext {
  readonly model: TemplateModel
  readonly schema: GraphQLSchema
  readonly limits: Limits
}

/** The condition of a grant for one caller. */
export interface RuleCondition {
  readonly condition: Condition
  /** The caller's values that the condition itself has, as text; undefined: callers share the condition and bind their values. */
  readonly values?: string
}

/** Undefined: the caller lacks a value that the condition asks for, or has one that does not fit; so nothing is granted. */
type CompiledWhere = (caller: CallerValues) => RuleCondition | undefined

/** What is wrong with a condition. `isTextMeant`: the same value as a text would do. */
interface WhereProblem extends InputProblem {
  readonly isTextMeant: boolean
}

/** A condition is none of the template's. */
export class WrongWhere extends Error {
  readonly problems: readonly WhereProblem[]
  constructor(problems: readonly WhereProblem[]) {
    super('a condition of a role is wrong')
    this.problems = problems
  }
}

/** Planning needs the value of one caller. */
export class CallerNeeded extends Error {}

/** For each condition. In characters. */
const callersKept = { entries: 1_000, weight: 200_000 }

/** Compiles the `where` of a grant for one template. Throws `WrongWhere`, or an error of the caller's that planning throws. */
export function compileWhere(
  where: Readonly<Record<string, unknown>>,
  template: Template,
  context: RuleContext,
): CompiledWhere {
  const texts = [...new Set(listPlaceholderTexts(where, template, context).map(({ text }) => text))]
  if (texts.length === 0) {
    const found = { condition: planRule(where, template, context) }
    return () => found
  }
  const shared = planOpen(where, template, context)
  const known = createBoundedMap<{ readonly found: RuleCondition | undefined }>(callersKept)
  return (caller) => {
    const filled = texts.map((text) => fillPlaceholders(text, caller))
    if (filled.includes(undefined)) return undefined
    const values = JSON.stringify(filled)
    const kept = known.get(values)
    if (kept) return kept.found
    // The values may not fit: only the whole shows it.
    const condition = planFilled(where, template, context, caller)
    const found = condition && (shared ? { condition: shared } : { condition, values })
    known.set(values, { found }, values.length)
    return found
  }
}

/** The texts of a condition that have placeholders. */
export function listPlaceholderTexts(
  where: unknown,
  template: Template,
  context: RuleContext,
): readonly PlaceholderText[] {
  const texts: PlaceholderText[] = []
  mapPlaceholders(where, whereTypeOf(template, context), (found) => texts.push(found))
  return texts
}

/** Whether a text of the caller is a value of that type. */
export function isValueOf(type: GraphQLLeafType, text: string): boolean {
  try {
    type.parseValue(toInput(text, type))
    return true
  } catch {
    return false
  }
}

/** The condition that binds the values of the caller when it runs; undefined if planning needs them. */
function planOpen(where: unknown, template: Template, context: RuleContext): Condition | undefined {
  const open = ({ text, type }: PlaceholderText): OpenValue => {
    if (!isOpenable(type)) throw new CallerNeeded()
    return new OpenValue(
      ({ caller }) => type.parseValue(toInput(fillPlaceholders(text, caller), type)),
      () => {
        throw new CallerNeeded()
      },
    )
  }
  try {
    return planRule(mapPlaceholders(where, whereTypeOf(template, context), open), template, context)
  } catch (error) {
    if (error instanceof CallerNeeded) return undefined
    throw error
  }
}

/** The condition with the values of one caller; undefined if they do not fit. */
function planFilled(
  where: unknown,
  template: Template,
  context: RuleContext,
  caller: CallerValues,
): Condition | undefined {
  const fill = ({ text, type }: PlaceholderText) => toInput(fillPlaceholders(text, caller), type)
  try {
    return planRule(mapPlaceholders(where, whereTypeOf(template, context), fill), template, context)
  } catch {
    return undefined
  }
}

/**
 * The condition as far as it shows without a caller, to check it. Throws `WrongWhere`, or an error of the caller's that planning
 * throws.
 */
export function planSample(where: unknown, template: Template, context: RuleContext): Condition {
  const found = planOpen(where, template, context)
  if (found) return found
  const sample = ({ type }: PlaceholderText) => sampleOf(type)
  return planRule(mapPlaceholders(where, whereTypeOf(template, context), sample), template, context)
}

/** A value of that type. */
function sampleOf(type: GraphQLLeafType): unknown {
  if (isEnumType(type)) return type.getValues()[0]?.name
  return Object.hasOwn(samples, type.name) ? samples[type.name] : '1'
}

const samples: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1,
  Boolean: true,
  Date: '2000-01-01',
  DateTime: '2000-01-01T00:00:00Z',
  Duration: 'PT1S',
  UUID: '00000000-0000-4000-8000-000000000000',
}

/** A rule is the administrator's: what it looks at inside of other templates are all objects, not the caller's. */
function planRule(where: unknown, template: Template, context: RuleContext): Condition {
  const { model, limits } = context
  const problems: WhereProblem[] = []
  const type = whereTypeOf(template, context)
  const coerced = coerceInput(where, type, (problem) =>
    problems.push({ ...problem, isTextMeant: isTextMeant(problem, where, type) }),
  )
  if (problems.length > 0) throw new WrongWhere(problems)
  const request = createPlanRequest({ model, limits, author: { actor: undefined, run: undefined }, rights: allRights })
  return planWhere(coerced, template, request, [])
}

function isTextMeant({ value, path }: InputProblem, where: unknown, type: GraphQLInputObjectType): boolean {
  if (typeof value !== 'number' && typeof value !== 'boolean') return false
  const replaced = (one: unknown, [step, ...rest]: Path): unknown => {
    if (step === undefined) return String(value)
    if (Array.isArray(one)) return one.map((item, i) => (i === step ? replaced(item, rest) : item))
    const members = one as Readonly<Record<string, unknown>>
    return { ...members, [step]: replaced(members[step], rest) }
  }
  let isWrong = false
  coerceInput(replaced(where, path), type, (problem) => {
    isWrong ||= problem.path.join('.') === path.join('.')
  })
  return !isWrong
}

function whereTypeOf(template: Template, { schema }: RuleContext): GraphQLInputObjectType {
  return schema.getType(typeNamesOf(template).where) as GraphQLInputObjectType
}

/** As with variables: most values are only compared with stored ones. */
function isOpenable(type: GraphQLLeafType): boolean {
  return !isEnumType(type) && type.name !== 'Boolean' && type.name !== 'JSON'
}

/** A text of the caller as JSON has it for that type. */
function toInput(text: string | undefined, type: GraphQLLeafType): unknown {
  if (!isSpecifiedScalarType(type)) return text
  if ((type.name === 'Int' || type.name === 'Float') && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text ?? '')) return Number(text)
  if (type.name === 'Boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
