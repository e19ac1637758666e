import type { GraphQLError } from 'graphql'
import { createInputError, type InputIssue } from '../errors.ts'
import { addReach } from '../plan/assert-reach.ts'
import { excludesNothing } from '../plan/extent/extent-of.ts'
import { settle } from '../plan/open-value.ts'
import { planKey } from '../plan/plan-key.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import { planUpserts } from '../plan/plan-upsert.ts'
import { planWhere } from '../plan/plan-where.ts'
import type { WrittenObject } from '../sql/writes/compile-upsert.ts'
import { deleteObject, deleteObjects } from '../store/delete-objects.ts'
import { type UpsertOutcome, upsertAll, upsertEach } from '../store/upsert-objects.ts'
import { ifVersionArgumentOf } from '../template/graphql-names.ts'
import type { Template } from '../template/model.ts'
import type { Outcome } from './print-payload.ts'
import type { RootAction, Write } from './root-action.ts'

type Input = Readonly<Record<string, unknown>>

/** `upsertRole(input:, ifVersion:, dryRun:)` */
export function upsertOne(template: Template): RootAction {
  return write(template, async (args, shown, { database, request }) => {
    const inputs = [{ input: args.input as Input, path: ['input'] }]
    const [written] = await upsertAll(database, {
      template,
      request,
      planned: await planUpserts(inputs, template, request, toIfVersion(args.ifVersion)),
      isDryRun: args.dryRun === true,
      ...shown,
    })
    return written ? toOutcome(written) : null
  })
}

/** `upsertRoles(input:, mode:, dryRun:)` */
export function upsertMany(template: Template): RootAction {
  return write(template, async (args, { reach, ...shown }, { database, request }) => {
    const inputs = (args.input as readonly Input[]).map((input, index) => ({ input, path: ['input', index] }))
    // What one of them can reach has been counted.
    addReach(reach * (inputs.length - 1), request)
    const planned = await planUpserts(inputs, template, request)
    const upsert = { template, request, planned, isDryRun: args.dryRun === true, ...shown }
    const outcomes =
      args.mode === 'INDEPENDENT'
        ? await upsertEach(database, upsert)
        : (await upsertAll(database, upsert)).map((written) => ({ written }))
    return toBatchOutcome(outcomes)
  })
}

/** `deleteRole(<key fields>, ifVersion:)` */
export function deleteOne(template: Template): RootAction {
  return write(template, async (args, { statements, binding }, { database, request }) => {
    assertGrantsDelete(template, request)
    const views = await deleteObject(database, request, {
      template,
      key: String(settle(planKey(template, args, request))),
      ifVersion: toIfVersion(args[ifVersionArgumentOf(template)]),
      statements,
      binding,
    })
    return views ? { values: {}, views } : null
  })
}

/** `deleteRoles(where:, all:)`. With `all: true`, only what matches is deleted all the same. */
export function deleteMany(template: Template): RootAction {
  return write(template, async (args, _shown, { database, request }) => {
    assertGrantsDelete(template, request)
    const where = planWhere(args.where, template, request, ['where'])
    if (args.all !== true && excludesNothing(where)) {
      const message = `this matches every ${template.name}; add --all (all: true)`
      throw createInputError([{ path: ['where'], code: 'EMPTY_FILTER', message }])
    }
    return deleteObjects(database, request, template, where)
  })
}

function assertGrantsDelete(template: Template, { rights }: PlanRequest): void {
  if (!rights.granted('delete', template)) throw rights.refuse('delete', template)
}

function write(template: Template, run: Write): RootAction {
  return { kind: 'write', template, run }
}

function toIfVersion(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function toOutcome({ outcome, views }: WrittenObject): Outcome {
  return { values: { outcome }, views }
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
        const { values, views } = toOutcome(one.written)
        return { values: { ...values, index }, views }
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
