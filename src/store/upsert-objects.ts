import type { GraphQLError } from 'graphql'
import { createCallerError, createInputError } from '../errors.ts'
import type { Binding } from '../plan/open-value.ts'
import type { UpsertItem } from '../plan/plan.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import type { PlannedItem } from '../plan/plan-upsert.ts'
import type { UpsertStatements, WrittenObject } from '../sql/writes/compile-upsert.ts'
import type { Template } from '../template/model.ts'
import { explainNewerConstraint } from './changes/newer-constraint.ts'
import type { Database, Run } from './database.ts'
import { violatedIndex } from './database-error.ts'
import { findExisting } from './find-existing.ts'
import { findUniqueConflicts, findUuidConflicts } from './find-unique-conflicts.ts'
import { combineErrors, Refusal } from './refusal.ts'
import { refuseReferrers } from './refuse-referrers.ts'
import { findUnkept, listIssues } from './rules/find-unkept.ts'
import { refuseByRights } from './rules/refuse-by-rights.ts'
import { writeItems } from './write-items.ts'
import type { Keeping } from './writes/keep-answer.ts'

export interface Upsert {
  readonly template: Template
  readonly request: PlanRequest
  /** One for each input of the caller, in their order. */
  readonly planned: readonly PlannedItem[]
  /** Everything is done and then rolled back; the outcome is that of a real write. */
  readonly isDryRun: boolean
  /** See `UpsertPlan`. */
  readonly overwrites?: boolean | undefined
  /** How the answer is kept, if the caller has given a key. */
  readonly keeping?: Keeping<readonly UpsertOutcome[]> | undefined
  /** The statements that write and show the objects, filled from the binding. */
  readonly statements: UpsertStatements
  readonly binding: Binding
}

/** The outcome of one input: the written object, or why it was refused. */
export type UpsertOutcome = { readonly written: WrittenObject } | { readonly error: GraphQLError }

/** The most attempts of a write that fails on a unique value which another writer has not committed yet. */
const attempts = 3
/** In milliseconds. Whenever some inputs are refused, the others need one more attempt. */
const longestUpsert = 10_000

/** Writes all inputs or none; throws the first refusal, or all input issues at once. */
export async function upsertAll(database: Database, upsert: Upsert): Promise<readonly WrittenObject[]> {
  const { planned } = upsert
  const forbidden = await refuseByRights(database, upsert)
  if (forbidden.size > 0) throw combineErrors(forbidden)
  const failures = await refusePlanned(database, upsert, forbidden, 'together')
  if (failures.size > 0) throw combineErrors(failures)
  const result = await writeOrDiagnose(
    database,
    upsert,
    planned.flatMap(({ item }) => (item ? [item] : [])),
    (written) => written.map((one) => ({ written: one })),
  )
  if (result instanceof Refusal) throw combineErrors(result.failures)
  return result
}

/** Writes each input that can be written, even if others are refused. Returns the outcomes in the order of the inputs. */
export async function upsertEach(database: Database, upsert: Upsert): Promise<readonly UpsertOutcome[]> {
  const { planned } = upsert
  const failures = await refuseByRights(database, upsert)
  for (const [index, error] of await refusePlanned(database, upsert, failures, 'each')) failures.set(index, error)
  for (const endsAt = Date.now() + longestUpsert; ; ) {
    if (Date.now() > endsAt)
      throw createCallerError(
        'TIMEOUT',
        'The request took too long, and nothing was written; send fewer inputs at a time.',
      )
    const remaining = planned.flatMap(({ item }, index) => (item && !failures.has(index) ? [item] : []))
    const listOutcomes = (result: readonly WrittenObject[]) => {
      const byIndex = new Map(remaining.map((item, i) => [item.index, result[i]]))
      return planned.map((_, index): UpsertOutcome => {
        const written = byIndex.get(index)
        if (written) return { written }
        return { error: failures.get(index) ?? createCallerError('INTERNAL_SERVER_ERROR', 'not written') }
      })
    }
    const result = await writeOrDiagnose(database, upsert, remaining, listOutcomes)
    if (!(result instanceof Refusal)) return listOutcomes(result)
    for (const [index, error] of result.failures) failures.set(index, error)
    const refused = new Set(failures.keys())
    const items = planned.flatMap(({ item }) => item ?? [])
    for (const [index, error] of await refuseReferrers(database, upsert, items, refused)) failures.set(index, error)
  }
}

/** Finds the items that violate a constraint of newer templates, by trying each alone. */
async function refuseEach(
  database: Database,
  upsert: Upsert,
  items: readonly UpsertItem[],
  error: GraphQLError,
): Promise<Refusal> {
  const failures = new Map<number, GraphQLError>()
  const isRefused = (item: UpsertItem) =>
    writeItems(database, { ...upsert, isDryRun: true }, [item]).then(() => false, isUniqueViolation)
  for (const item of items) if (items.length > 1 && (await isRefused(item))) failures.set(item.index, error)
  // Together they may violate what none does alone.
  return new Refusal(failures.size > 0 ? failures : new Map(items.map((item) => [item.index, error])))
}

function isUniqueViolation(error: unknown): boolean {
  return violatedIndex(error) !== undefined
}

/**
 * The inputs that are invalid and not forbidden anyway, each with all its problems, including those that only a new object has. Rules that
 * values break are told with others only: alone, they are decided by the statement of the write.
 */
async function refusePlanned(
  database: Database,
  upsert: Upsert,
  forbidden: ReadonlyMap<number, GraphQLError>,
  mode: 'together' | 'each',
): Promise<Map<number, GraphQLError>> {
  const { template, request } = upsert
  const isInvalid = ({ issues, broken }: PlannedItem) => issues.length > broken.size
  if (!upsert.planned.some(isInvalid)) return new Map()
  const allowed = upsert.planned.flatMap((planned, index) => (forbidden.has(index) ? [] : [{ ...planned, index }]))
  const isAny = allowed.some(isInvalid)
  const refused = allowed.filter((one) => isInvalid(one) || (isAny && mode === 'together' && one.issues.length > 0))
  const items = refused.flatMap(({ item }) => item ?? [])
  const existing = await findExisting(
    database,
    template,
    request,
    items.map(({ key }) => key),
  )
  const unkept = await findUnkept(
    database.run,
    request,
    template,
    items.filter(({ key }) => existing.has(key)),
  )
  const failures = new Map<number, GraphQLError>()
  for (const planned of refused) {
    const { index, item, issues, ifCreated } = planned
    const found = item && existing.has(item.key) ? listIssues(planned, unkept.get(item.key)) : [...issues, ...ifCreated]
    if (found.length > 0) failures.set(index, createInputError(found))
  }
  return failures
}

async function writeOrDiagnose(
  database: Database,
  upsert: Upsert,
  items: readonly UpsertItem[],
  listOutcomes: (written: readonly WrittenObject[]) => readonly UpsertOutcome[],
): Promise<readonly WrittenObject[] | Refusal> {
  const { keeping } = upsert
  const kept = keeping && {
    take: keeping.take,
    keep: (run: Run, written: readonly WrittenObject[]) => keeping.keep(run, listOutcomes(written)),
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await writeItems(database, upsert, items, kept)
    } catch (error) {
      if (error instanceof Refusal) return error
      const index = violatedIndex(error)
      if (index === undefined) throw error
      const refusal =
        (await findUniqueConflicts(database, upsert, items, index)) ??
        (await findUuidConflicts(database, upsert, items))
      if (refusal) return refusal
      const newer = await explainNewerConstraint(database.run, upsert.template, index)
      if (newer) return refuseEach(database, upsert, items, newer)
      if (attempt === attempts)
        throw createCallerError(
          'UNIQUE_CONFLICT',
          'Another write used one of these unique values at the same time; send the request again.',
          { cause: error },
        )
    }
  }
}
