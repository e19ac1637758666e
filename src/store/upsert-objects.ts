import type { GraphQLError } from 'graphql'
import { createCallerError, createInputError, type InputIssue } from '../errors.ts'
import type { Author, ObjectSelection, UpsertItem } from '../plan/plan.ts'
import { type PlannedItem, planUpsertItem } from '../plan/plan-upsert.ts'
import type { WrittenObject } from '../sql/compile-upsert.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { requiredIssue } from '../template/validate-document.ts'
import type { Database } from './database.ts'
import { violatedIndex } from './database-error.ts'
import { diagnoseUpserts } from './diagnose-upserts.ts'
import { findUniqueConflicts, findUuidConflicts } from './find-unique-conflicts.ts'
import { combineErrors, Refusal } from './refusal.ts'
import { writeItems } from './write-items.ts'

export interface UpsertRequest {
  readonly template: Template
  readonly model: TemplateModel
  /** Inputs coerced by GraphQL, with the place of each for messages. */
  readonly inputs: readonly {
    readonly input: Readonly<Record<string, unknown>>
    readonly path: readonly (string | number)[]
  }[]
  readonly ifVersion: number | undefined
  /** Everything is done, and then undone: what comes back is what would have been. */
  readonly isDryRun?: boolean
  readonly author: Author
  readonly views: ReadonlyMap<string, ObjectSelection>
}

/** What became of one input: the object as written, or why it was refused. */
export type UpsertOutcome = { readonly written: WrittenObject } | { readonly error: GraphQLError }

/** Tries a write again that two writers' unique values made fail before the row was there. */
const attempts = 3
/** Each refusal of some inputs is one more attempt at the others. In milliseconds. */
const longestUpsert = 10_000

/** Writes all inputs or none; throws the first refusal, or all input issues at once. */
export async function upsertAll(database: Database, request: UpsertRequest): Promise<readonly WrittenObject[]> {
  const planned = planItems(request)
  const failures = await refusePlanned(database, request, planned)
  if (failures.size > 0) throw combineErrors(failures)
  const result = await writeOrDiagnose(
    database,
    request,
    planned.flatMap(({ item }) => (item ? [item] : [])),
  )
  if (result instanceof Refusal) throw combineErrors(result.failures)
  return result
}

/** Writes each input that can be written, whatever becomes of the others. In the order of the inputs. */
export async function upsertEach(database: Database, request: UpsertRequest): Promise<readonly UpsertOutcome[]> {
  const planned = planItems(request)
  const failures = await refusePlanned(database, request, planned)
  for (const endsAt = Date.now() + longestUpsert; ; ) {
    if (Date.now() > endsAt)
      throw createCallerError(
        'TIMEOUT',
        'The request took too long, and nothing was written; send fewer inputs at a time.',
      )
    const remaining = planned.flatMap(({ item }, index) => (item && !failures.has(index) ? [item] : []))
    const result = await writeOrDiagnose(database, request, remaining)
    if (!(result instanceof Refusal)) {
      const byIndex = new Map(remaining.map((item, i) => [item.index, result[i]]))
      return planned.map((_, index) => {
        const written = byIndex.get(index)
        if (written) return { written }
        return { error: failures.get(index) ?? createCallerError('INTERNAL_SERVER_ERROR', 'not written') }
      })
    }
    for (const [index, error] of result.failures) failures.set(index, error)
  }
}

function planItems({ inputs, template, model, author, ifVersion }: UpsertRequest): readonly PlannedItem[] {
  const moment = { now: new Date(), actor: author.actor }
  return inputs.map(({ input, path }, index) => planUpsertItem(input, index, template, model, moment, path, ifVersion))
}

/** The inputs that are wrong in themselves, each with all its problems: also those that show only in the merged object. */
async function refusePlanned(
  database: Database,
  request: UpsertRequest,
  planned: readonly PlannedItem[],
): Promise<Map<number, GraphQLError>> {
  const refused = planned.flatMap(({ item, issues }, index) => (issues.length > 0 ? [{ index, item, issues }] : []))
  const merged = await diagnoseUpserts(
    database,
    request,
    refused.flatMap(({ item }) => item ?? []),
  )
  return new Map(
    refused.map(({ index, issues }) => {
      const known = new Set(issues.map((issue) => issue.path.join('.')))
      const others = merged.get(index) ?? missingOf(request, index)
      return [index, createInputError([...issues, ...others.filter((issue) => !known.has(issue.path.join('.')))])]
    }),
  )
}

/** Without a key there is no stored object to merge with: what is required has to be in the input. */
function missingOf({ template, inputs }: UpsertRequest, index: number): InputIssue[] {
  const { input, path } = inputs[index] ?? { input: {}, path: [] }
  return template.fields
    .filter((field) => field.required && !field.isKey && !field.default && !Object.hasOwn(input, field.name))
    .map((field) => requiredIssue(field.name, [...path, field.name]))
}

async function writeOrDiagnose(
  database: Database,
  request: UpsertRequest,
  items: readonly UpsertItem[],
): Promise<readonly WrittenObject[] | Refusal> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await writeItems(database, request, items)
    } catch (error) {
      if (error instanceof Refusal) return error
      const index = violatedIndex(error)
      if (index === undefined) throw error
      const refusal =
        (await findUniqueConflicts(database, request, items, index)) ??
        (await findUuidConflicts(database, request, items))
      if (refusal) return refusal
      if (attempt === attempts)
        throw createCallerError(
          'UNIQUE_CONFLICT',
          'Another write took one of these unique values at the same moment; send the request again.',
          { cause: error },
        )
    }
  }
}
