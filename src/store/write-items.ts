import type { GraphQLError } from 'graphql'
import { createCallerError, createInputError, createIssueError, type InputIssue, type Path } from '../errors.ts'
import type { ItemTarget, Targets, UpsertItem } from '../plan/plan.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import { readsTemplate } from '../plan/reads-template.ts'
import type { Source } from '../plan/source.ts'
import { compileReadMany } from '../sql/compile-read.ts'
import { compileCycleLock } from '../sql/writes/compile-cycle-lock.ts'
import type { UpsertResult, WrittenObject } from '../sql/writes/compile-upsert.ts'
import { describeKey } from '../template/object-key.ts'
import { templateOf } from '../template/template-of.ts'
import type { Database, Run } from './database.ts'
import { isDeleteCyclic } from './delete-cycles.ts'
import { Refusal } from './refusal.ts'
import type { Upsert } from './upsert-objects.ts'

/**
 * Writes the items, all or none, and returns the written objects in the same order. Uses one statement if there is nothing to
 * check, read or roll back after it, otherwise a transaction. Throws `Refusal` if items cannot be written.
 */
export async function writeItems(
  database: Database,
  upsert: Upsert,
  items: readonly UpsertItem[],
): Promise<readonly WrittenObject[]> {
  if (items.length === 0) return []
  const viewsAtOnce = ![...upsert.statements.views.values()].some((selection) =>
    readsTemplate(selection, upsert.template),
  )
  return writeRounds(database, upsert, items, viewsAtOnce)
}

async function writeRounds(
  database: Database,
  upsert: Upsert,
  items: readonly UpsertItem[],
  viewsAtOnce: boolean,
): Promise<readonly WrittenObject[]> {
  const rounds = toRounds(items)
  const [only] = rounds
  const isCyclic = isDeleteCyclic(upsert.template, upsert.request.model)
  if (
    only &&
    rounds.length === 1 &&
    viewsAtOnce &&
    !isCyclic &&
    !upsert.isDryRun &&
    items.every((item) => item.isComplete && !item.ifVersion)
  ) {
    return writeRound(database.run, upsert, only, viewsAtOnce)
  }
  return database.transaction(
    async (run) => {
      if (isCyclic) await run(compileCycleLock(upsert.template.stored, 'together'))
      const written = new Map<number, WrittenObject>()
      for (const round of rounds) {
        for (const [i, object] of (await writeRound(run, upsert, round, viewsAtOnce)).entries())
          written.set(round[i]?.index ?? -1, object)
      }
      return items.flatMap((item) => written.get(item.index) ?? [])
    },
    upsert.isDryRun ? 'rollback' : 'commit',
  )
}

/** One statement cannot write the same key twice: the second item of each key goes into a second round, and so on. */
function toRounds(items: readonly UpsertItem[]): UpsertItem[][] {
  const rounds: UpsertItem[][] = []
  const times = new Map<string, number>()
  for (const item of items) {
    const time = times.get(item.key) ?? 0
    times.set(item.key, time + 1)
    const round = rounds[time]
    if (round) round.push(item)
    else rounds.push([item])
  }
  return rounds
}

async function writeRound(
  run: Run,
  upsert: Upsert,
  items: readonly UpsertItem[],
  viewsAtOnce: boolean,
): Promise<WrittenObject[]> {
  const { template, request, statements, binding, isDryRun } = upsert
  const own = new Set(items.map((item) => item.key))
  const isOwn = (target: ItemTarget) => target.to === template.name && own.has(target.key)
  const wanted = items.flatMap((item) => item.targets.filter((target) => !isOwn(target)))
  // A dry run does not stop at missing targets, so that the other problems of an item are found as well.
  const targets = groupTargets(isDryRun ? wanted.map((target) => ({ ...target, ifCreated: true })) : wanted, request)
  const [row] = await run(await statements.write({ items, author: request.author, targets }, viewsAtOnce, binding))
  const result = row?.value as UpsertResult
  const byKey = new Map(result.written.map((object) => [object.key, object]))
  const missing = new Set(result.missing.map(([name, key]) => targetId(name, key)))
  const nothingWritten = result.missing.some(([, , isNeeded]) => isNeeded)
  const failures = new Map<number, GraphQLError>()
  for (const item of items) {
    const written = byKey.get(item.key)
    const error =
      (nothingWritten ? undefined : await refuseWritten(run, upsert, item, written)) ??
      refuseMissing(
        item.targets.filter(
          ({ to, key, ifCreated }) => missing.has(targetId(to, key)) && (!ifCreated || written?.outcome === 'CREATED'),
        ),
        upsert.planned[item.index]?.path ?? [],
      )
    if (error) failures.set(item.index, error)
  }
  if (failures.size > 0) throw new Refusal(failures)
  if (!viewsAtOnce) await readViews(run, upsert, byKey)
  return items.flatMap((item) => byKey.get(item.key) ?? [])
}

/** The error of an item whose targets are missing; undefined if none is. `path` leads to the item. */
export function refuseMissing(missing: readonly ItemTarget[], path: Path): GraphQLError | undefined {
  if (missing.length === 0) return undefined
  const code = 'REFERENCE_NOT_FOUND'
  const issues = missing.map(
    ({ place, name, to, key }): InputIssue => ({
      path: [...path, ...place],
      code,
      message: `${name}: there is no ${to} ${describeKey(key)}; create it first, or correct the name.`,
      template: to,
      key,
    }),
  )
  return createCallerError(code, issues.map(({ message }) => message).join('\n'), { issues })
}

/** Refuses a write that turned out to create an object that breaks rules, or to meet another version. */
async function refuseWritten(
  run: Run,
  { template, request, planned }: Upsert,
  item: UpsertItem,
  written: WrittenObject | undefined,
): Promise<GraphQLError | undefined> {
  if (!written || (item.ifVersion && written.outcome === 'CREATED'))
    return conflictOf(run, request.source(template), item, written)
  const issues = written.outcome === 'CREATED' ? (planned[item.index]?.ifCreated ?? []) : []
  return issues.length > 0 ? createInputError(issues) : undefined
}

async function conflictOf(
  run: Run,
  source: Source,
  item: UpsertItem,
  created: WrittenObject | undefined,
): Promise<GraphQLError> {
  const found = created ? undefined : (await run(compileReadMany(source, [item.key], new Map())))[0]
  const state = found ? `it is at version ${found.version}` : 'it does not exist'
  return createIssueError({
    path: ['ifVersion'],
    code: 'VERSION_CONFLICT',
    message: `ifVersion: ${item.ifVersion} was given for the ${source.template.name} ${describeKey(item.key)}, but ${state}; read it again before you retry.`,
  })
}

function groupTargets(targets: readonly ItemTarget[], { model, source }: PlanRequest): Targets[] {
  const keysOf = (list: readonly ItemTarget[]) => [...new Set(list.map((target) => target.key))]
  // In the order of their names, so that few statements serve all items.
  return [...new Set(targets.map((target) => target.to))].sort().map((to) => {
    const wanted = targets.filter((target) => target.to === to)
    const keys = keysOf(wanted.filter((target) => !target.ifCreated))
    const needed = new Set(keys)
    return {
      source: source(templateOf(model, to)),
      keys,
      keysIfCreated: keysOf(wanted.filter((target) => !needed.has(target.key))),
    }
  })
}

/** The name of a template has no space, so that each template and key give a unique text. */
function targetId(template: string, key: string): string {
  return `${template} ${key}`
}

async function readViews(
  run: Run,
  { template, request, statements, binding }: Upsert,
  byKey: Map<string, WrittenObject>,
): Promise<void> {
  const shown = statements.show(request.source(template), [...byKey.keys()], binding)
  for (const row of await run(shown)) {
    const object = byKey.get(String(row.key))
    if (object) byKey.set(object.key, { ...object, views: row.views as WrittenObject['views'] })
  }
}
