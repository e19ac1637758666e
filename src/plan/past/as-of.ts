import { isRelativeTime } from '../../template/field-types/relative-time.ts'
import { metaFields } from '../../template/meta-fields.ts'
import { parseFilterValue } from '../filter-value.ts'
import { type Binding, deriveAll, type Given, OpenValue, settle } from '../open-value.ts'
import { timeOfCursor } from '../parse-cursor.ts'
import type { PastRead, ReadPlan, SoughtObject } from '../plan.ts'
import type { RootField } from '../plan-read.ts'
import type { PlanRequest } from '../plan-request.ts'
import { type Source, seesAll, sourceAsOf } from '../source.ts'
import { conditionAsOf } from './condition-as-of.ts'

type Args = Readonly<Record<string, unknown>>

/** Plans a root field for its arguments. */
export type PlanRead = (args: Args, field: RootField, request: PlanRequest) => ReadPlan

/** The time of a read of the past, wherever its statement needs it. */
const openAt = openTime(({ at }) => at)
/** The earlier time that it compares with. */
const openFrom = openTime(({ from }) => from)

function openTime(bind: (binding: Binding) => unknown): OpenValue {
  return new OpenValue(bind, () => {
    throw new Error('the time of a read is known only when its statement runs')
  })
}

/**
 * Plans a read that takes the time as of which it reads in the argument of that name, and all below it follows.
 *
 * @param cursors the arguments that take a cursor of its pages
 */
export function planAsOf(argument: string, plan: PlanRead, cursors: readonly string[] = []): PlanRead {
  return (args, field, request) => {
    if (args[argument] === undefined || args[argument] === null) return plan(args, field, request)
    const cursor = cursors.map((name) => args[name]).find((value) => value !== undefined && value !== null)
    const at = planTime(timeOfPages(args[argument], cursor), argument, request)
    const noted = noteTemplates()
    const moment = () => new Date(String(settle(at)))
    const planned = plan(args, field, requestAsOf({ ...request, at, moment }, openAt, noted))
    return {
      ...planned,
      past: {
        at,
        argument,
        templates: noted.names,
        unkept: noted.unkept,
        sought: soughtOf(planned, noted),
      },
    }
  }
}

/** The requests for the two times of `from` and `to`, for a read that compares them. Without `to`, the later one reads the present. */
export function planPair(
  args: Args,
  request: PlanRequest,
): { readonly earlier: PlanRequest; readonly later: PlanRequest; readonly past: PastRead } {
  const from = planTime(args.from, 'from', request)
  const noted = noteTemplates()
  if (args.to === undefined || args.to === null)
    return {
      earlier: requestAsOf({ ...request, at: from }, openAt, noted),
      later: request,
      past: { at: from, argument: 'from', isUntilNow: true, templates: noted.names, unkept: noted.unkept },
    }
  const to = planTime(args.to, 'to', request)
  const moment = () => new Date(String(settle(to)))
  return {
    earlier: requestAsOf({ ...request, at: from, moment }, openFrom, noted),
    later: requestAsOf({ ...request, at: to, moment }, openAt, noted),
    past: { at: to, argument: 'to', from, templates: noted.names, unkept: noted.unkept },
  }
}

/** The time of all pages of a list. A relative one is worked out for the first page; the cursors of the others have it. */
function timeOfPages(given: unknown, cursor: unknown): unknown {
  if (cursor === undefined) return given
  return deriveAll([given, cursor], ([time, of]) => (isRelativeTime(time) ? timeOfCursor(of) : undefined) ?? time)
}

/** A time in its stored form, as in a filter. Throws BAD_USER_INPUT for one beyond the calendar. */
function planTime(given: unknown, argument: string, request: PlanRequest): Given<string> {
  return parseFilterValue(given, { ...metaFields.updateTime, name: argument }, request, [argument]) as Given<string>
}

/**
 * The same request, whose sources have the objects as they were at that time. It notes their templates. The caller's rights are those
 * of now, and their conditions go by the values of then.
 */
function requestAsOf(request: PlanRequest, at: OpenValue, noted: NotedTemplates): PlanRequest {
  const asOf = (source: Source): Source => {
    const { stored, name, keptPast } = source.template
    if (keptPast.kind === 'none') noted.unkept.add(stored)
    noted.names.set(stored, name)
    noted.times.set(stored, (noted.times.get(stored) ?? 0) + 1)
    return sourceAsOf(source, at, conditionAsOf(source.visible, asOf), request.model)
  }
  return {
    ...request,
    source: (template) => asOf(request.source(template)),
    sourceOrNone: (template) => asOf(request.sourceOrNone(template)),
  }
}

/** The templates that a plan reads, by their stored names: what they are called, how many sources of the plan are theirs, and of which no past is kept. */
interface NotedTemplates {
  readonly names: Map<string, string>
  readonly times: Map<string, number>
  readonly unkept: Set<string>
}

function noteTemplates(): NotedTemplates {
  return { names: new Map(), times: new Map(), unkept: new Set() }
}

function soughtOf(plan: ReadPlan, { times }: NotedTemplates): SoughtObject<Given<string>> | undefined {
  if (plan.kind !== 'uuid') return undefined
  const sources = plan.selections.map(({ source }) => source)
  const storedOf = (some: readonly Source[]) => some.map(({ template }) => template.stored)
  return {
    uuid: plan.uuid,
    types: new Map(sources.map(({ template }) => [template.stored, template.typeName])),
    alternatives: new Set(storedOf(sources).filter((stored) => times.get(stored) === 1)),
    open: new Set(storedOf(sources.filter(seesAll))),
  }
}
