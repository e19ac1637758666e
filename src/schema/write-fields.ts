import type { GraphQLError } from 'graphql'
import { createInputError, type InputIssue } from '../errors.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import type { LabelsOf } from '../metrics/metric-table.ts'
import { addReach } from '../plan/assert-reach.ts'
import { excludesNothing } from '../plan/extent/extent-of.ts'
import { settle } from '../plan/open-value.ts'
import { planKey } from '../plan/plan-key.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import { planUpserts } from '../plan/plan-upsert.ts'
import { planWhere } from '../plan/plan-where.ts'
import type { WrittenObject } from '../sql/writes/compile-upsert.ts'
import { deleteObject, deleteObjects } from '../store/delete-objects.ts'
import { type Upsert, type UpsertOutcome, upsertAll, upsertEach } from '../store/upsert-objects.ts'
import type { Template } from '../template/model.ts'
import { ifVersionArgumentOf, ownArgumentOf } from '../template/names/argument-names.ts'
import { oncePerTemplate } from '../template/names/once-per-template.ts'
import type { RequestContext } from './request-context.ts'
import type { RootAction, Write } from './root-action.ts'
import { keepingOf } from './writes/keep-answers.ts'
import type { Outcome } from './writes/print-payload.ts'

type Input = Readonly<Record<string, unknown>>

/** `upsertRole(input:, ifVersion:, change:, dryRun:, idempotencyKey:)` */
export function upsertOne(template: Template): RootAction {
  return write('upsert', template, async (args, shown, context) => {
    const { request } = context
    const inputs = [{ input: args.input as Input, path: ['input'] }]
    const isDryRun = args.dryRun === true
    const planned = await planUpserts(
      inputs,
      template,
      request,
      toIfVersion(args.ifVersion),
      (args.change ?? undefined) as Input | undefined,
    )
    const given = { key: args.idempotencyKey, argument: 'idempotencyKey', isDryRun }
    const keeping = keepingOf(given, shown, context, ([one]: readonly UpsertOutcome[]) => toOneOutcome(one))
    return writeOne({ template, request, planned, isDryRun, keeping, ...shown }, context)
  })
}

/** Writes the only item of an upsert, and counts it. */
export async function writeOne(
  upsert: Upsert,
  { database, metrics }: Pick<RequestContext, 'database' | 'metrics'>,
): Promise<Outcome | null> {
  const outcomes = (await upsertAll(database, upsert)).map((written) => ({ written }))
  if (metrics) countOutcomes(outcomes, upsert, metrics)
  return toOneOutcome(outcomes[0])
}

/** `upsertRoles(input:, mode:, dryRun:, idempotencyKey:)` */
export function upsertMany(template: Template): RootAction {
  return write('upsert', template, async (args, shown, context) => {
    const { database, request, metrics } = context
    const inputs = (args.input as readonly Input[]).map((input, index) => ({ input, path: ['input', index] }))
    // What one of them can reach has been counted.
    addReach(shown.reach * (inputs.length - 1), request)
    const planned = await planUpserts(inputs, template, request)
    const isDryRun = args.dryRun === true
    const given = { key: args.idempotencyKey, argument: 'idempotencyKey', isDryRun }
    const keeping = keepingOf(given, shown, context, toBatchOutcome)
    const upsert = { template, request, planned, isDryRun, keeping, ...shown }
    const outcomes =
      args.mode === 'INDEPENDENT'
        ? await upsertEach(database, upsert)
        : (await upsertAll(database, upsert)).map((written) => ({ written }))
    if (metrics) countOutcomes(outcomes, upsert, metrics)
    return toBatchOutcome(outcomes)
  })
}

/** `deleteRole(<key fields>, ifVersion:, dryRun:, idempotencyKey:)` */
export function deleteOne(template: Template): RootAction {
  return write('delete', template, async (args, shown, context) => {
    const { database, request } = context
    assertGrantsDelete(template, request)
    const isDryRun = args[ownArgumentOf(template, 'dryRun')] === true
    const argument = ownArgumentOf(template, 'idempotencyKey')
    const given = { key: args[argument], argument, isDryRun }
    const views = await deleteObject(database, request, {
      template,
      key: String(settle(planKey(template, args, request))),
      ifVersion: toIfVersion(args[ifVersionArgumentOf(template)]),
      isDryRun,
      keeping: keepingOf(given, shown, context, toDeleted),
      ...shown,
    })
    return toDeleted(views)
  })
}

/** `deleteRoles(where:, all:, dryRun:, idempotencyKey:)`. With `all: true`, only what matches is deleted all the same. */
export function deleteMany(template: Template): RootAction {
  return write('delete', template, async (args, shown, context) => {
    const { database, request } = context
    assertGrantsDelete(template, request)
    const where = planWhere(args.where, template, request, ['where'])
    if (args.all !== true && excludesNothing(where)) {
      const message = `this matches every ${template.name}; add --all (all: true)`
      throw createInputError([{ path: ['where'], code: 'EMPTY_FILTER', message }])
    }
    const isDryRun = args.dryRun === true
    const given = { key: args.idempotencyKey, argument: 'idempotencyKey', isDryRun }
    const keeping = keepingOf(given, shown, context, (count: number) => count)
    return deleteObjects(database, request, { template, where, isDryRun, keeping })
  })
}

function assertGrantsDelete(template: Template, { rights }: PlanRequest): void {
  if (!rights.granted('delete', template)) throw rights.refuse('delete', template)
}

function write(verb: 'upsert' | 'delete', template: Template, run: Write): RootAction {
  return { kind: 'write', verb, template, run }
}

/** The errors of single items are errors of the answer, though GraphQL does not list them. */
function countOutcomes(
  outcomes: readonly UpsertOutcome[],
  { template, isDryRun }: { readonly template: Template; readonly isDryRun: boolean },
  metrics: Metrics,
): void {
  for (const one of outcomes) {
    if ('error' in one) metrics.count('errors', { code: String(one.error.extensions['code']) })
    else if (!isDryRun) metrics.count('upserts', labelsOf(template)[one.written.outcome])
  }
}

/** The same objects each time: they are found quickest. */
const labelsOf = oncePerTemplate(
  ({ name }: Template): Readonly<Record<WrittenObject['outcome'], LabelsOf<'upserts'>>> => {
    const of = (outcome: WrittenObject['outcome']) => ({ template: name, outcome })
    return { CREATED: of('CREATED'), UPDATED: of('UPDATED'), UNCHANGED: of('UNCHANGED') }
  },
)

function toIfVersion(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function toOutcome({ outcome, views, former }: WrittenObject): Outcome {
  return { values: { outcome }, views, former }
}

function toOneOutcome(one: UpsertOutcome | undefined): Outcome | null {
  return one && 'written' in one ? toOutcome(one.written) : null
}

/** The deleted object by its views. */
function toDeleted(views: Readonly<Record<string, string>> | undefined): Outcome | null {
  return views ? { values: {}, views } : null
}

function toBatchOutcome(outcomes: readonly UpsertOutcome[]): Outcome {
  const count = (wanted: WrittenObject['outcome'] | undefined) =>
    outcomes.filter((one) => ('written' in one ? one.written.outcome : undefined) === wanted).length
  return {
    values: {
      created: count('CREATED'),
      updated: count('UPDATED'),
      unchanged: count('UNCHANGED'),
      failed: count(undefined),
      results: outcomes.map((one, index): Outcome => {
        if ('error' in one) return { values: { index, error: toError(one.error) } }
        const outcome = toOutcome(one.written)
        return { ...outcome, values: { ...outcome.values, index } }
      }),
    },
  }
}

function toError({ message, extensions: { code, issues } }: GraphQLError): Outcome {
  const listed = (issues ?? []) as readonly InputIssue[]
  return { values: { code: String(code), message, issues: listed.map(toIssue) } }
}

function toIssue({ path, code, message, template, key }: InputIssue): Outcome {
  return { values: { path: path.map(String), code, message, template: template ?? null, key: key ?? null } }
}
