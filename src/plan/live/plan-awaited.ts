import { createInputError } from '../../errors.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import type { Template } from '../../template/model.ts'
import { assertReach } from '../assert-reach.ts'
import { planFields } from '../collect-selection.ts'
import { always, type Condition, conditionsIn, type ValuePlace } from '../condition.ts'
import { latestByOf } from '../latest/plan-verdict.ts'
import { planMatrixRead } from '../matrix/plan-matrix.ts'
import { derive, type Given } from '../open-value.ts'
import { somePart } from '../parts-of.ts'
import type { ReadPlan } from '../plan.ts'
import { contextOf, objectTypeOf, type RootField } from '../plan-read.ts'
import type { PlanRequest } from '../plan-request.ts'
import { planWhere } from '../plan-where.ts'
import type { Source } from '../source.ts'
import type { EnoughEntry } from './awaited-plan.ts'

type Args = Readonly<Record<string, unknown>>

/** What the argument `timeout` can be at most, and if it is not given; in seconds. Proxies mostly give up after 60. */
export const longestWait = 50

/** `awaitRoles(…)`. */
export function planAwaitedCount(template: Template, args: Args, field: RootField, request: PlanRequest): ReadPlan {
  return planAwaited(args, request, (noting) => {
    const source = noting.source(template)
    const where = args.where === undefined ? always : planWhere(args.where, template, noting, ['where'])
    const entries = planFields(objectTypeOf(field), field.fieldNodes, contextOf(field, noting), ({ key, name }) => ({
      kind: name as Exclude<EnoughEntry['kind'], 'typename'>,
      key,
    }))
    const count = planNumber(args.count, 'count', 1, 2 ** 31 - 1)
    return assertReach({ kind: 'enough', enough: { source, where, count, entries } }, noting)
  })
}

/** `awaitRoleMatrix(…)`. */
export function planAwaitedMatrix(template: Template, args: Args, field: RootField, request: PlanRequest): ReadPlan {
  return planAwaited(args, request, (noting) => {
    const plan = planMatrixRead(template, args, field, noting)
    return plan.kind === 'matrix' ? { ...plan, matrix: { ...plan.matrix, isAwaited: true } } : plan
  })
}

function planAwaited(args: Args, request: PlanRequest, plan: (noting: PlanRequest) => ReadPlan): ReadPlan {
  const timeout = planNumber(args.timeout, 'timeout', longestWait, longestWait)
  const noted: Noted = { templates: new Set(), readsUpdateTimes: false }
  const note = (source: Source): Source => {
    noteSource(source, noted)
    return source
  }
  const planned = plan({
    ...request,
    source: (template) => note(request.source(template)),
    sourceOrNone: (template) => note(request.sourceOrNone(template)),
  })
  if (planned.kind === 'matrix' && goesByUpdateTime(planned.matrix.source.template)) noted.readsUpdateTimes = true
  somePart(planned, (part) => {
    if (part.kind === 'condition') noteCondition(part.condition, noted)
    return false
  })
  return { ...planned, awaited: { timeout, ...noted } }
}

/** Whether the verdict of a cell depends on when its objects were confirmed. */
function goesByUpdateTime(template: Template): boolean {
  return template.passed !== undefined && (latestByOf(template) === undefined || template.staleAfter !== undefined)
}

interface Noted {
  readonly templates: Set<string>
  readsUpdateTimes: boolean
}

function noteSource({ template, visible }: Source, noted: Noted): void {
  noted.templates.add(originOf(template.stored))
  noteCondition(visible, noted)
}

/** Notes what a condition looks at. Those of rules of access have sources of their own. */
function noteCondition(condition: Condition, noted: Noted): void {
  switch (condition.kind) {
    case 'field':
      if (isMovedByConfirming(condition)) noted.readsUpdateTimes = true
      break
    case 'fields':
      if (isMovedByConfirming(condition.left) || isMovedByConfirming(condition.right)) noted.readsUpdateTimes = true
      break
    case 'reference':
      noteSource(condition.target, noted)
      break
    case 'related':
      noteSource(condition.from, noted)
      break
    case 'count':
      noteSource(condition.source, noted)
      break
    case 'latest':
      noteSource(condition.source, noted)
      noted.readsUpdateTimes = true
      break
    default:
  }
  for (const one of conditionsIn(condition)) noteCondition(one, noted)
}

/** Whether a confirmation changes the value: the update time, and whose it is. */
function isMovedByConfirming({ meta }: Pick<ValuePlace, 'meta'>): boolean {
  return meta === 'updateTime' || meta === 'updatedBy' || meta === 'updatedFor'
}

/** A number from 0 on. Null is as if it was not given. Throws BAD_USER_INPUT. */
function planNumber(given: unknown, name: string, ifAbsent: number, largest: number): Given<number> {
  return derive(given ?? ifAbsent, (value) => {
    const number = Number(value ?? ifAbsent)
    if (number >= 0 && number <= largest) return number
    const range = largest === longestWait ? `a number of seconds from 0 to ${largest}` : 'a number from 0 on'
    throw createInputError([{ path: [name], code: 'AWAIT', message: `${name} must be ${range}, not ${number}` }])
  })
}
