import { createIssueError } from '../errors.ts'
import { createLimitError } from '../limits.ts'
import { allOf, type Condition } from '../plan/condition.ts'
import type { Binding } from '../plan/open-value.ts'
import { bindingOf, type PlanRequest } from '../plan/plan-request.ts'
import { allObjects, seesAll } from '../plan/source.ts'
import { bindStatement } from '../sql/bind-statement.ts'
import { compileCycleLock } from '../sql/writes/compile-cycle-lock.ts'
import { compileDelete, compileLock, compileLockReferrers, compileUnset } from '../sql/writes/compile-delete.ts'
import type { UpsertStatements } from '../sql/writes/compile-upsert.ts'
import { listReferrers } from '../template/list-referrers.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { ifVersionArgumentOf } from '../template/names/argument-names.ts'
import { describeKey } from '../template/object-key.ts'
import type { Database, Run } from './database.ts'
import { listDeleteCycles } from './delete-cycles.ts'
import { type DeleteLink, listDeleteLinks } from './deletes/delete-links.ts'
import { type Restricted, refuseReferred } from './refuse-referred.ts'
import { assertReached, type Reached } from './rules/delete-rules.ts'
import { findMatching } from './rules/item-rules.ts'
import { placeRefusal } from './rules/place-refusal.ts'
import { assertAnswerFits, holdUsage } from './usage/limit-usage.ts'
import type { Keeping } from './writes/keep-answer.ts'

/** Deletes the object with that key and returns its former views, as JSON text; undefined if it does not exist for the caller. */
export async function deleteObject(
  database: Database,
  request: PlanRequest,
  given: {
    readonly template: Template
    readonly key: string
    readonly ifVersion: number | undefined
    /** Everything is done and then rolled back. */
    readonly isDryRun: boolean
    readonly keeping: Keeping<Readonly<Record<string, string>>> | undefined
    readonly statements: UpsertStatements
    readonly binding: Binding
  },
): Promise<Readonly<Record<string, string>> | undefined> {
  const { template, key, ifVersion, isDryRun, keeping, statements, binding } = given
  const source = request.source(template)
  const [only, ...others] = template.key
  const path = only && others.length === 0 ? [only.graphqlName] : []
  return database.transaction(async (run) => {
    await keeping?.take(run)
    const usage = keeping && (await holdUsage(run, { template, request }))
    await lockCycles(run, template, request.model)
    const where: Condition = { kind: 'key', key }
    const [locked] = await run(bindStatement(compileLock(source, where, 1), bindingOf(request)))
    const keys = locked ? await keepSeen(run, template, request, where, [key]) : []
    if (!locked || keys.length === 0) {
      await keeping?.release(run)
      return undefined
    }
    await assertDeletable(run, template, request, keys, path)
    if (ifVersion !== undefined && locked.version !== ifVersion) {
      const argument = ifVersionArgumentOf(template)
      throw createIssueError({
        path: [argument],
        code: 'VERSION_CONFLICT',
        message: `${argument}: ${ifVersion} was given for the ${template.name} ${describeKey(key)}, but it is at version ${locked.version}; read it again before you retry.`,
      })
    }
    const [row] = await run(statements.show(source, [key], binding))
    await deleteLocked(run, template, keys, request, path)
    const views = (row?.views ?? {}) as Readonly<Record<string, string>>
    if (keeping) await assertAnswerFits(run, request, usage, await keeping.keep(run, views))
    return views
  }, endOf(isDryRun))
}

/** Deletes the matching objects, all or none, and returns their number (without those deleted by cascade). Throws LIMIT_EXCEEDED. */
export async function deleteObjects(
  database: Database,
  request: PlanRequest,
  given: {
    readonly template: Template
    readonly where: Condition
    readonly isDryRun: boolean
    readonly keeping: Keeping<number> | undefined
  },
): Promise<number> {
  const { template, where, isDryRun, keeping } = given
  return database.transaction(async (run) => {
    await keeping?.take(run)
    const usage = keeping && (await holdUsage(run, { template, request }))
    await lockCycles(run, template, request.model)
    const { deletes } = request.limits
    const lock = compileLock(request.source(template), where, deletes + 1)
    const locked = await run(bindStatement(lock, bindingOf(request)))
    if (locked.length > deletes) throw createLimitError('deletes', deletes, undefined, { path: ['where'] })
    const found = locked.map((row) => String(row.key))
    const keys = await keepSeen(run, template, request, where, found)
    await assertDeletable(run, template, request, keys, ['where'])
    if (keys.length > 0) await deleteLocked(run, template, keys, request, ['where'])
    // What deletes nothing may be sent again.
    if (!keeping) return keys.length
    if (keys.length > 0) await assertAnswerFits(run, request, usage, await keeping.keep(run, keys.length))
    else await keeping.release(run)
    return keys.length
  }, endOf(isDryRun))
}

function endOf(isDryRun: boolean): 'commit' | 'rollback' {
  return isDryRun ? 'rollback' : 'commit'
}

/**
 * Deletes the objects that `lock` locks, whose keys it returns, as `deleteObjects` does, in a transaction that is running; returns their
 * number. It asks for no rights to them.
 *
 * @param path the argument that says what to delete, for the issues of refusals
 */
export async function deleteFound(
  run: Run,
  request: PlanRequest,
  template: Template,
  lock: () => Promise<readonly string[]>,
  path: readonly string[] = [],
): Promise<number> {
  await lockCycles(run, template, request.model)
  const keys = await lock()
  if (keys.length > 0) await deleteLocked(run, template, keys, request, path)
  return keys.length
}

/**
 * Those locked objects that the caller may read, as they are now. While the lock waited, another writer may have changed what the
 * caller's rule looks at.
 */
async function keepSeen(
  run: Run,
  template: Template,
  request: PlanRequest,
  where: Condition,
  keys: readonly string[],
): Promise<readonly string[]> {
  const source = request.source(template)
  if (seesAll(source)) return keys
  const seen = await findMatching(run, template, request, allOf([source.visible, where]), keys)
  return keys.filter((key) => seen.has(key))
}

/** Throws FORBIDDEN if one of these locked objects may not be deleted. */
async function assertDeletable(
  run: Run,
  template: Template,
  request: PlanRequest,
  keys: readonly string[],
  path: readonly string[],
): Promise<void> {
  const { rights } = request
  const allowed = await findMatching(run, template, request, rights.granted('delete', template), keys)
  if (keys.some((key) => !allowed.has(key))) throw placeRefusal(rights.refuse('delete', template), path)
}

async function lockCycles(run: Run, template: Template, model: TemplateModel): Promise<void> {
  for (const { stored } of listDeleteCycles(template, model)) await run(compileCycleLock(stored, 'alone'))
}

/**
 * Deletes locked objects, and applies the `onDelete` of each reference to them. A new referrer cannot be written in
 * between, because it must lock its target first. The caller needs the right to delete what goes by cascade, and the right to write
 * what loses a reference, before and after.
 *
 * @param path the argument that says what to delete, for the issues of refusals
 */
async function deleteLocked(
  run: Run,
  template: Template,
  keys: readonly string[],
  request: PlanRequest,
  path: readonly string[],
): Promise<void> {
  const { model, author } = request
  const deletion = { template, request, path }
  const doomed = new Map<Template, Set<string>>([[template, new Set(keys)]])
  const changed: Reached[] = []
  const links = listDeleteLinks(template, model)
  const followed = new Map<DeleteLink, ReadonlySet<string>>()
  // One round, unless links lead back.
  for (let hasFound = true; hasFound; ) {
    hasFound = false
    for (const group of links) {
      const open = group.flatMap((link): OpenLink[] => {
        const all = doomed.get(link.target) ?? new Set()
        const fresh = [...all].filter((key) => followed.get(link)?.has(key) !== true)
        followed.set(link, new Set(all))
        return fresh.length > 0 ? [{ ...link, keys: fresh }] : []
      })
      const [first] = open
      if (!first) continue
      hasFound = true
      const { from } = first
      const rows = await run(compileLockReferrers(allObjects(from), open))
      const reachedBy = (i: number) => rows.filter((row) => (row.reached as boolean[])[i]).map((row) => String(row.key))
      const known = doomed.get(from) ?? new Set()
      for (const [i, { onDelete, field }] of open.entries()) {
        const fresh = onDelete === 'cascade' ? reachedBy(i).filter((key) => !known.has(key)) : []
        if (fresh.length === 0) continue
        await assertReached(run, deletion, { verb: 'delete', from, field, keys: fresh })
        for (const key of fresh) known.add(key)
        doomed.set(from, known)
      }
      for (const [i, { onDelete, field, keys: targets }] of open.entries()) {
        const staying = onDelete === 'unset' ? reachedBy(i).filter((key) => !known.has(key)) : []
        if (staying.length === 0) continue
        const reached: Reached = { verb: 'write', from, field, keys: staying }
        await assertReached(run, deletion, reached)
        await run(compileUnset(from.stored, field, targets, staying, author))
        changed.push(reached)
      }
    }
  }
  const restricted = [...doomed].flatMap(([target, all]) =>
    listReferrers(target, model)
      .filter(({ onDelete }) => onDelete === 'restrict')
      .map(({ from, field }): Restricted => ({ from, field, target, keys: [...all] })),
  )
  await refuseReferred(run, deletion, restricted, doomed)
  // Delete referrers before their targets.
  for (const [one, doomedKeys] of [...doomed].reverse()) await run(compileDelete(one.stored, [...doomedKeys], author))
  for (const { keys: changedKeys, ...reached } of changed)
    await assertReached(run, deletion, {
      ...reached,
      keys: changedKeys.filter((key) => !doomed.get(reached.from)?.has(key)),
    })
}

/** A link, and the keys of targets whose referrers have not been looked for. */
interface OpenLink extends DeleteLink {
  readonly keys: readonly string[]
}
