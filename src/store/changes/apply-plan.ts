import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { compileApply, compileInheritWork, compileInsertWork } from '../../sql/changes/compile-generations.ts'
import { compileFollowing, compileTriggers } from '../../sql/changes/compile-triggers.ts'
import { compileHidePast } from '../../sql/past/compile-since.ts'
import { compileHoldOffVacuum } from '../../sql/session/compile-hold-off-vacuum.ts'
import type { PlanEntry } from '../../template/changes/template-plan.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { Run } from '../database.ts'
import { isDeadlock, isLockTimeout } from '../database-error.ts'
import { beginOn } from '../own-connection.ts'
import { byServer, type Deed, logDeed, recordDeed } from '../trail.ts'
import { ensureIndexes, ensurePartitions } from './ensure-storage.ts'
import { type Generation, recordGeneration } from './generations.ts'
import { listTasks } from './tasks.ts'

/**
 * Applies a plan: makes the storage of new templates, has the database keep all forms of values in step from now on, and records
 * the generation and what remains to be done. Nothing that exists is changed if it fails on the way. Holds no lock for long.
 */
export async function applyPlan(
  client: pg.Client,
  run: Run,
  given: {
    readonly generation: Omit<Generation, 'isApplied' | 'isSettled'>
    /** The templates before. */
    readonly applied: TemplateModel
    readonly model: TemplateModel
    readonly entries: readonly PlanEntry[]
    readonly consent: string | undefined
  },
  patience: Patience,
): Promise<Generation> {
  const { applied, model, entries, consent } = given
  const tasks = listTasks(applied, model, entries)
  const isApplied = !tasks.some(({ isBlocking }) => isBlocking)
  const generation = { ...given.generation, isApplied, isSettled: false }
  const accepted: Deed | undefined =
    consent === undefined
      ? undefined
      : {
          action: 'TEMPLATES_ACCEPTED',
          subject: generation.digest,
          details: { generation: generation.number, operator: consent },
          by: byServer,
        }
  await ensurePartitions(client, model, patience.logger)
  // Unique indexes come first: if an object was written in the meantime that breaks one, nothing has been changed yet.
  await ensureIndexes(client, model, patience.logger, 'unique')
  await inShortTransaction(client, patience, storagesOf(model.templates), async () => {
    for (const template of model.templates) {
      const isNew = !applied.templates.some(({ stored }) => stored === template.stored)
      const following = isNew ? compileFollowing(template, model, false) : []
      for (const statement of [...compileTriggers(template, model), ...following]) await client.query(statement)
    }
    await recordGeneration(run, generation, { model, entries, consent })
    if (accepted) await recordDeed(run, accepted)
    await run(compileInheritWork(generation.number))
    for (const task of tasks) await run(compileInsertWork(generation.number, task))
  })
  if (accepted) logDeed(patience.logger, accepted)
  return generation
}

/**
 * Makes a generation the one that is applied, if it is not. From that moment on, a storage that another has replaced takes no
 * writes of its own.
 */
export async function switchTo(
  client: pg.Client,
  run: Run,
  generation: number,
  model: TemplateModel,
  patience: Patience,
): Promise<void> {
  const switched = model.templates.filter(({ former }) => former)
  await inShortTransaction(client, patience, storagesOf(switched), async () => {
    if ((await run(compileApply(generation))).length === 0) return
    for (const template of switched)
      for (const statement of compileFollowing(template, model, true)) await client.query(statement)
    // What objects were stands under their former keys yet. All that writes to the storages waits for this.
    await run(compileHidePast(generation))
  })
}

/** The storages of these templates, also the former ones. */
function storagesOf(templates: readonly Template[]): readonly string[] {
  return templates.flatMap(({ stored, former }) => (former ? [stored, former.stored] : stored))
}

/** What it takes to wait for others. */
export interface Patience {
  readonly logger: Pick<Logger, 'info' | 'debug' | 'warn'>
  readonly signal: AbortSignal
}

/**
 * Runs a transaction whose locks on these storages writers would queue behind. It gives up waiting after a moment and tries again, so
 * that a long statement of somebody else delays only us. An autovacuum is sent away before.
 */
export async function inShortTransaction(
  client: pg.Client,
  { logger, signal }: Patience,
  storages: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    await beginOn(client)
    try {
      for (const { text } of compileHoldOffVacuum(storages, '500ms')) await client.query(text)
      await work()
      await client.query('commit')
      return
    } catch (error) {
      await client.query('rollback')
      if (!isLockTimeout(error) && !isDeadlock(error)) throw error
      if (attempt % 10 === 0) logger.warn('a change of templates waits for a long transaction of somebody else')
      await sleep(200)
    }
  }
}
