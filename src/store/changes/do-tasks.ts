import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLError } from 'graphql'
import type { Logger } from 'pino'
import {
  compileAdvanceTask,
  compileFinishTask,
  compileHoldTask,
  compileTakeTask,
  compileUnfinished,
} from '../../sql/changes/compile-generations.ts'
import {
  compileBeginBatch,
  compileDropStorage,
  compileFindStorage,
  compileForgetUuids,
  compileNextKey,
  compileNotRekeyed,
  compileRekey,
  compileStep,
  compileWaitForWriters,
} from '../../sql/changes/compile-step.ts'
import { compileAnalyze } from '../../sql/compile-storage.ts'
import { beforePast, compileForgetCopied } from '../../sql/past/compile-bring-past.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { Database, Run } from '../database.ts'
import { isLockTimeout, violatedIndex } from '../database-error.ts'
import { bringPast } from './bring-past.ts'
import type { HeldTask, Task } from './tasks.ts'
import { tryToAnalyze } from './try-to-analyze.ts'

/** Long enough for the slowest batch, short enough that another server soon goes on where a dead one was. */
const leaseSeconds = 5
const pause = 200
/** Few enough that nobody waits for long for an object of the batch. */
const objectsPerBatch = 100
/** Few enough that no time limit ends the statement. */
const objectsPerLook = 10_000
const uuidsPerBatch = 10_000
const versionsPerBatch = 3_000
/** How long to rest after a batch, as a share of the time that it took, so that others get their turn. */
const rest = 1 / 3

/**
 * Does what remains to be done for a generation, together with any other server that does: each task is held by one at a time.
 * Calls `apply` once nothing that must come first is left, and resolves when all is done or the signal aborts.
 */
export async function doTasks(options: {
  readonly database: Pick<Database, 'run' | 'transaction'>
  readonly generation: number
  readonly model: TemplateModel
  readonly logger: Pick<Logger, 'info' | 'warn'>
  readonly signal: AbortSignal
  /** Makes the generation the one that is applied. */
  readonly apply: () => Promise<void>
}): Promise<void> {
  const { database, generation, model, logger, signal, apply } = options
  let isApplied = false
  while (!signal.aborted) {
    try {
      const tasks = (await database.run(compileUnfinished(generation))).map(({ task }) => task as Task)
      if (!isApplied && !tasks.some(({ isBlocking }) => isBlocking)) {
        await apply()
        isApplied = true
      }
      if (tasks.length === 0) return
      const held = await takeTask(database.run, generation)
      if (held) await doTask(database, held, model, signal, logger)
      else await sleep(pause, undefined, { signal })
    } catch (error) {
      if (signal.aborted) return
      logger.warn({ err: error }, 'a change of templates could not go on; it will be tried again')
      await sleep(5 * pause, undefined, { signal }).catch(() => undefined)
    }
  }
}

async function takeTask(run: Run, generation: number): Promise<HeldTask | undefined> {
  const [row] = await run(compileTakeTask(generation, leaseSeconds))
  if (!row) return undefined
  return { id: String(row.id), fence: String(row.fence), task: row.task as Task, doneTo: (row.done_to as string) ?? '' }
}

/** Works on a task until it is finished, or another server has it. */
async function doTask(
  database: Pick<Database, 'run' | 'transaction'>,
  held: HeldTask,
  model: TemplateModel,
  signal: AbortSignal,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<void> {
  const template = model.templates.find(({ stored }) => stored === held.task.stored)
  if (held.task.kind === 'drop') return dropStorage(database, held)
  if (held.task.kind === 'past')
    return bringPast({ held, template, model, signal, database, whileHeld: (work) => whileHeld(database, held, work) })
  if (!template) throw new Error(`no template is stored as "${held.task.stored}"`)
  if (held.doneTo === '') await waitForWriters(database, template, signal)
  let count = objectsPerBatch
  while (!signal.aborted) {
    try {
      const began = performance.now()
      const batch = await doBatch(database, held, template, model, count)
      const done = batch === 'copied' ? await finishCopy(database, held, template, logger) : batch
      if (done === 'lost') return
      if (done === 'unreached') {
        await sleep(pause, undefined, { signal })
        held.doneTo = ''
        continue
      }
      if (done === 'finished') {
        logger.info({ template: template.name }, 'all objects are in step with their template')
        return
      }
      held.doneTo = done.last
      await sleep(rest * (performance.now() - began), undefined, { signal })
      count = Math.min(2 * count, objectsPerBatch)
    } catch (error) {
      if (count > 1 && error instanceof GraphQLError && error.extensions.code === 'TIMEOUT') {
        count = Math.ceil(count / 2)
        continue
      }
      if (violatedIndex(error) === undefined || held.task.kind === 'rekey') throw error
      // A value that was written in the meantime would take one that must be unique: it stays as it is, and unfit.
      if (count === 1) await skipObject(database, held, template)
      count = 1
    }
  }
}

/** Renews the lease and does a part of the task in one transaction; `lost` if another server has taken the task. */
function whileHeld<Result>(
  database: Pick<Database, 'transaction'>,
  { id, fence }: HeldTask,
  work: (run: Run) => Promise<Result>,
): Promise<Result | 'lost'> {
  return database.transaction(async (run) => {
    const [isHeld] = await run(compileHoldTask(id, fence, leaseSeconds))
    return isHeld ? work(run) : 'lost'
  })
}

async function doBatch(
  database: Pick<Database, 'transaction'>,
  held: HeldTask,
  template: Template,
  model: TemplateModel,
  count: number,
): Promise<{ readonly last: string } | 'finished' | 'copied' | 'lost'> {
  return whileHeld(database, held, async (run) => {
    await run(compileBeginBatch())
    const { task } = held
    const [row] = await run(
      task.kind === 'rekey'
        ? compileRekey(template, model, task, held.doneTo, count)
        : compileStep(template, model, task, held.doneTo, count),
    )
    if (typeof row?.last === 'string' && Number(row.read) === count) {
      await run(compileAdvanceTask(held.id, row.last))
      return { last: row.last }
    }
    if (task.kind === 'rekey') return 'copied'
    await run(compileFinishTask(held.id))
    return 'finished'
  })
}

/**
 * Finishes a task that has given all objects that could have one another key, unless some have none yet: those whose references lead to
 * objects without one.
 */
async function finishCopy(
  database: Pick<Database, 'run' | 'transaction'>,
  held: HeldTask,
  template: Template,
  logger: Pick<Logger, 'warn'>,
): Promise<'finished' | 'unreached' | 'lost'> {
  let objects = 0
  let samples: readonly string[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const from: string = after
    const row = await whileHeld(database, held, async (run) => {
      await run(compileBeginBatch())
      return (await run(compileNotRekeyed(template, from, objectsPerLook)))[0]
    })
    if (row === 'lost' || !row) return 'lost'
    objects += Number(row.missing)
    samples = [...samples, ...((row.samples ?? []) as readonly string[])].slice(0, 5)
    after = Number(row.read) === objectsPerLook ? String(row.last) : undefined
  }
  if (objects === 0) {
    // References to these objects are looked up next.
    await tryToAnalyze(database, compileAnalyze(template))
  }
  return whileHeld(database, held, async (run) => {
    if (objects === 0) {
      await run(compileFinishTask(held.id))
      return 'finished'
    }
    logger.warn({ template: template.name, objects, samples }, 'objects have no key under the next templates yet')
    await run(compileAdvanceTask(held.id, ''))
    return 'unreached'
  })
}

/**
 * Waits until all writes have ended that began before this task could: they may not have found what objects refer to under its
 * next key. From then on, each write brings its object in step itself.
 */
async function waitForWriters(
  database: Pick<Database, 'transaction'>,
  { stored, former }: Template,
  signal: AbortSignal,
): Promise<void> {
  const statements = compileWaitForWriters(former?.stored ?? stored)
  for (;;) {
    try {
      return await database.transaction(async (run) => {
        for (const statement of statements) await run(statement)
      })
    } catch (error) {
      if (!isLockTimeout(error)) throw error
      await sleep(pause, undefined, { signal })
    }
  }
}

const smallestUuid = '00000000-0000-0000-0000-000000000000'

async function dropStorage(database: Pick<Database, 'transaction'>, held: HeldTask): Promise<void> {
  for (let after: unknown = smallestUuid; typeof after === 'string'; ) {
    const row = await whileHeld(database, held, async (run) => {
      return (await run(compileForgetUuids(held.task.stored, String(after), uuidsPerBatch)))[0]
    })
    if (row === 'lost') return
    after = row?.last
  }
  for (let after: unknown = beforePast; typeof after === 'string'; ) {
    const row = await whileHeld(database, held, async (run) => {
      return (await run(compileForgetCopied(held.task.stored, String(after), versionsPerBatch)))[0]
    })
    if (row === 'lost') return
    after = row?.last
  }
  await whileHeld(database, held, async (run) => {
    const { stored } = held.task
    const isThere = (await run(compileFindStorage(stored))).length > 0
    for (const statement of isThere ? compileDropStorage(stored) : []) await run(statement)
    await run(compileFinishTask(held.id))
  })
}

/** Goes on after the next object, unless another server has taken the task in the meantime. */
async function skipObject(database: Pick<Database, 'transaction'>, held: HeldTask, template: Template): Promise<void> {
  await whileHeld(database, held, async (run) => {
    const [row] = await run(compileNextKey(template, held.doneTo))
    if (typeof row?.key !== 'string') return
    await run(compileAdvanceTask(held.id, row.key))
    held.doneTo = row.key
  })
}
