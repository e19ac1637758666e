import type { GraphQLError } from 'graphql'
import { createInputError } from '../errors.ts'
import type { ItemTarget, Targets, UpsertItem } from '../plan/plan.ts'
import { bindingOf } from '../plan/plan-request.ts'
import { readsTemplate } from '../plan/reads-template.ts'
import { seesAll } from '../plan/source.ts'
import { bindStatement } from '../sql/bind-statement.ts'
import { compileCycleLock } from '../sql/writes/compile-cycle-lock.ts'
import { compileHold, compileKeep } from '../sql/writes/compile-rules.ts'
import { readUpsertResult, type UpsertResult, type WrittenObject } from '../sql/writes/compile-upsert.ts'
import type { Database, Run } from './database.ts'
import { createRetryableError } from './database-error.ts'
import { isDeleteCyclic } from './delete-cycles.ts'
import { Refusal } from './refusal.ts'
import { findUnkept, listIssues } from './rules/find-unkept.ts'
import { claimUuids, importsUuid } from './rules/imported-uuids.ts'
import { findUnseen, listConditions, refuseUnmatched } from './rules/item-rules.ts'
import { listIncrements, refuseUnseenIncrements } from './rules/refuse-unseen-increments.ts'
import { conflictOf, refuseWritten } from './rules/refuse-written.ts'
import type { Upsert } from './upsert-objects.ts'
import { assertAnswerFits, assertUsage, holdUsage } from './usage/limit-usage.ts'
import type { Keeping } from './writes/keep-answer.ts'
import { hideOutcomes, readFormer, readViews } from './writes/read-views.ts'
import { groupTargets, refuseMissing, targetId } from './writes/targets.ts'
import { isPlain, writeOne } from './writes/write-one.ts'

/**
 * Writes the items, all or none, and returns the written objects in the same order. Uses one statement if there is nothing to
 * check, read, keep or roll back after it, otherwise a transaction. Throws `Refusal` if items cannot be written.
 */
export async function writeItems(
  database: Database,
  upsert: Upsert,
  items: readonly UpsertItem[],
  kept?: KeptWrite,
): Promise<readonly WrittenObject[]> {
  if (items.length === 0) return []
  const views = [...upsert.statements.views.values()]
  const viewsAtOnce =
    views.length === 0 ||
    (seesAll(upsert.request.sourceOrNone(upsert.template)) &&
      !views.some((selection) => readsTemplate(selection, upsert.template)))
  return writeRounds(database, upsert, items, viewsAtOnce, kept)
}

/** The most items of one statement. */
const mostAtOnce = 2_000

type KeptWrite = Pick<Keeping<readonly WrittenObject[]>, 'take' | 'keep'>

async function writeRounds(
  database: Database,
  upsert: Upsert,
  items: readonly UpsertItem[],
  viewsAtOnce: boolean,
  kept: KeptWrite | undefined,
): Promise<readonly WrittenObject[]> {
  const rounds = toRounds(items)
  const [only] = rounds
  const isCyclic = isDeleteCyclic(upsert.template, upsert.request.model)
  if (
    only &&
    rounds.length === 1 &&
    only.length <= mostAtOnce &&
    viewsAtOnce &&
    !isCyclic &&
    !upsert.isDryRun &&
    !kept &&
    !isHeld(upsert, items) &&
    items.every((item) => item.isComplete && !item.ifVersion)
  ) {
    const [item] = only
    return only.length === 1 && item && isPlain(item)
      ? writeOne(database.run, upsert, item)
      : writeRound(database.run, upsert, only, viewsAtOnce)
  }
  return database.transaction(
    async (run) => {
      await kept?.take(run)
      const usage = await holdUsage(run, upsert)
      if (isCyclic) await run(compileCycleLock(upsert.template.stored, 'together'))
      const written = new Map<number, WrittenObject>()
      for (const round of rounds) {
        for (const [i, object] of (await writeRound(run, upsert, round, viewsAtOnce)).entries())
          written.set(round[i]?.index ?? -1, object)
      }
      // What a later round has written can matter to objects of an earlier one.
      if (rounds.length > 1) await assertRules(run, upsert, items, new Set(items.map(({ key }) => key)))
      const used = usage && (await assertUsage(run, upsert, usage, written))
      const result = items.flatMap((item) => written.get(item.index) ?? [])
      if (kept) await assertAnswerFits(run, upsert.request, used, await kept.keep(run, result))
      return result
    },
    upsert.isDryRun ? 'rollback' : 'commit',
  )
}

/** One statement cannot write the same key twice: the second item of each key goes into a second round, and so on. */
function toRounds(items: readonly UpsertItem[]): (readonly UpsertItem[])[] {
  if (items.length === 1) return [items]
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

/** Very many items go into several statements, none of which takes long, in the caller's order. */
function partsOf(items: readonly UpsertItem[]): readonly (readonly UpsertItem[])[] {
  return Array.from({ length: Math.ceil(items.length / mostAtOnce) }, (_, i) =>
    items.slice(i * mostAtOnce, (i + 1) * mostAtOnce),
  )
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
  const rules = listConditions(template, request.rights, items)
  const wanted = items.flatMap((item) => item.targets.filter((target) => !isOwn(target)))
  // A dry run does not stop at missing targets, so that the other problems of an item are found as well.
  const targetsOf = (wanted: readonly ItemTarget[]) =>
    groupTargets(isDryRun ? wanted.map((target) => ({ ...target, ifCreated: true })) : wanted, request)
  const assertUuids = await claimUuids(run, upsert, items)
  const versioned = items.filter(({ ifVersion }) => ifVersion).map(({ key }) => key)
  const keeping = items.filter(({ keep }) => keep).map(({ key }) => key)
  const told = [...versioned, ...listIncrements(items).map(({ key }) => key), ...keeping]
  const isSeenFirst = told.length > 0 && !seesAll(request.sourceOrNone(template))
  const held =
    rules.length > 0 || isSeenFirst || statements.showFormer
      ? await holdItems(run, upsert, items, targetsOf(wanted))
      : undefined
  if (held) await assertRules(run, upsert, items, held)
  if (isSeenFirst) await assertSeen(run, upsert, items, await findUnseen(run, request, template, told), held)
  const former = held && (await readFormer(run, upsert, [...held]))
  const parts = partsOf(items)
  // In the order of their keys over all parts, so that overlapping batches wait for each other.
  if (parts.length > 1 && !held) await holdItems(run, upsert, items, targetsOf(wanted))
  const results: UpsertResult[] = []
  for (const part of parts) {
    const targets = targetsOf(part.flatMap((item) => item.targets.filter((target) => !isOwn(target))))
    // Documents count against the caller's limits.
    const tellsDocuments = request.rights.limitsOf?.(template) !== undefined
    const { author } = request
    const { overwrites } = upsert
    const isOfMany = upsert.planned.length > 1
    const plan = { items: part, author, targets, overwrites, tellsDocuments, time: results[0]?.time, isOfMany }
    const [row] = await run(await statements.write(plan, viewsAtOnce, binding))
    results.push(readUpsertResult(row))
  }
  const result = {
    missing: results.flatMap(({ missing }) => missing),
    written: results.flatMap(({ written }) => written),
  }
  const byKey = new Map(result.written.map((object) => [object.key, object]))
  const missing = new Set(result.missing.map(([name, key]) => targetId(name, key)))
  const nothingWritten = result.missing.some(([, , isNeeded]) => isNeeded)
  // Another writer has created the object since: whether it may be written was not asked.
  if (held && result.written.some(({ key, outcome }) => outcome !== 'CREATED' && !held.has(key)))
    throw createRetryableError()
  if (!nothingWritten) {
    await assertRules(run, upsert, items, new Set(byKey.keys()))
    const ownTargets = items.flatMap((item) => item.targets.filter(isOwn).map(({ key }) => key))
    for (const key of await findUnseen(run, request, template, ownTargets)) missing.add(targetId(template.name, key))
  }
  const failures = new Map<number, GraphQLError>()
  const unwritten = nothingWritten ? [] : items.filter(({ key }) => !byKey.has(key))
  const unkept = await findUnkept(run, request, template, unwritten)
  for (const item of items) {
    const written = byKey.get(item.key)
    const error =
      (nothingWritten ? undefined : await refuseWritten(run, upsert, item, written, unkept.get(item.key))) ??
      refuseMissing(
        item.targets.filter(
          ({ to, key, ifCreated }) => missing.has(targetId(to, key)) && (!ifCreated || written?.outcome === 'CREATED'),
        ),
        upsert.planned[item.index]?.path ?? [],
      )
    if (error) failures.set(item.index, error)
  }
  if (failures.size > 0) throw new Refusal(failures)
  await assertUuids(byKey)
  await hideOutcomes(run, upsert, byKey)
  if (!viewsAtOnce) await readViews(run, upsert, byKey)
  return items.flatMap((item) => {
    const object = byKey.get(item.key)
    return object ? [{ ...object, ...(former && { former: former.get(item.key) }) }] : []
  })
}

/**
 * Whether something has to be held from before the write until after it: the objects that a rule looks at, or whose changes are shown,
 * imported uuids, or what is left of the caller's limits. Then it takes a transaction.
 */
function isHeld({ template, request, statements }: Upsert, items: readonly UpsertItem[]): boolean {
  return (
    statements.showFormer !== undefined ||
    request.rights.limitsOf?.(template) !== undefined ||
    items.some(importsUuid) ||
    listConditions(template, request.rights, items).length > 0 ||
    (!seesAll(request.sourceOrNone(template)) &&
      items.some(({ targets }) => targets.some(({ to }) => to === template.name)))
  )
}

/** Locks what the statement of the write is going to lock, in the same order. Returns the keys under which there are objects. */
async function holdItems(
  run: Run,
  { template, request }: Upsert,
  items: readonly UpsertItem[],
  targets: readonly Targets[],
): Promise<ReadonlySet<string>> {
  for (const { source, keys, keysIfCreated } of targets)
    await run(bindStatement(compileKeep(source, [...keys, ...keysIfCreated]), bindingOf(request)))
  const rows = await run(
    compileHold(
      template,
      items.map(({ key }) => key),
    ),
  )
  return new Set(rows.map(({ key }) => String(key)))
}

/** Throws the refusals of the items among these keys whose objects, as they are now, do not match the rules. */
async function assertRules(
  run: Run,
  upsert: Upsert,
  items: readonly UpsertItem[],
  keys: ReadonlySet<string>,
): Promise<void> {
  const rules = listConditions(upsert.template, upsert.request.rights, items)
  const failures = await refuseUnmatched(run, upsert, rules, keys)
  if (failures.size > 0) throw new Refusal(failures)
}

/**
 * Throws the refusals of the items that name a version of an object which the caller may not read, increment a number of it, or give
 * what they may only keep: it may not guess these either.
 */
async function assertSeen(
  run: Run,
  upsert: Upsert,
  items: readonly UpsertItem[],
  unseen: ReadonlySet<string>,
  held: ReadonlySet<string> = new Set(),
): Promise<void> {
  const { template, request } = upsert
  const hidden = new Set([...unseen].filter((key) => held.has(key)))
  const failures = new Map(refuseUnseenIncrements(upsert, items, hidden))
  for (const { index, key, keep } of items)
    if (keep && hidden.has(key))
      failures.set(index, createInputError(listIssues(upsert.planned[index], new Set(Object.keys(keep)))))
  for (const item of items)
    if (item.ifVersion && unseen.has(item.key))
      failures.set(item.index, await conflictOf(run, request, template, item, undefined))
  if (failures.size > 0) throw new Refusal(failures)
}
