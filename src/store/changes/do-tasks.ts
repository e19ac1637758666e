import { setTimeout as sleep } from 'node:timers/promises'
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
  compileEndBatch,
  compileNextKey,
  compileNotRekeyed,
  compileRekey,
  compileStep,
  compileWaitForWriters,
} from '../../sql/changes/compile-step.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { Database, Run } from '../database.ts'
import { isLockTimeout, violatedIndex } from '../database-error.ts'
import type { Task } from './tasks.ts'

/** A task that this server holds. */
interface HeldTask {
  readonly id: string
  readonly fence: string
  readonly task: Task
  /** Changes as the task advances. */
  doneTo: string
}

/** Long enough for the slowest batch, short enough that another server soon goes on where a dead one was. */
const leaseSeconds = 5
const pause = 200
const objectsPerBatch = 500

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
  if (!template) throw new Error(`no template is stored as "${held.task.stored}"`)
  if (held.doneTo === '') await waitForWriters(database, template, signal)
  let count = objectsPerBatch
  while (!signal.aborted) {
    try {
      const done = await doBatch(database, held, template, model, count, logger)
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
      count = Math.min(2 * count, objectsPerBatch)
    } catch (error) {
      if (violatedIndex(error) === undefined || held.task.kind === 'rekey') throw error
      // A value that was written in the meantime would take one that must be unique: it stays as it is, and unfit.
      if (count === 1) await skipObject(database, held, template)
      count = 1
    }
  }
}

async function doBatch(
  database: Pick<Database, 'transaction'>,
  held: HeldTask,
  template: Template,
  model: TemplateModel,
  count: number,
  logger: Pick<Logger, 'warn'>,
): Promise<{ readonly last: string } | 'finished' | 'unreached' | 'lost'> {
  return database.transaction(async (run) => {
    const [isHeld] = await run(compileHoldTask(held.id, held.fence, leaseSeconds))
    if (!isHeld) return 'lost'
    await run(compileBeginBatch())
    const { kind, versioned } = held.task
    const [row] = await run(
      kind === 'rekey'
        ? compileRekey(template, model, versioned, held.doneTo, count)
        : compileStep(template, model, versioned, held.doneTo, count),
    )
    if (typeof row?.last === 'string' && Number(row.read) === count) {
      await run(compileAdvanceTask(held.id, row.last))
      return { last: row.last }
    }
    if (kind === 'rekey') {
      await run(compileEndBatch())
      const [left] = await run(compileNotRekeyed(template))
      if (Number(left?.missing) > 0) {
        logger.warn(
          { template: template.name, objects: left?.missing, samples: left?.samples },
          'objects have no key under the next templates yet',
        )
        await run(compileAdvanceTask(held.id, ''))
        return 'unreached'
      }
    }
    await run(compileFinishTask(held.id))
    return 'finished'
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

async function dropStorage(database: Pick<Database, 'transaction'>, { id, fence, task }: HeldTask): Promise<void> {
  await database.transaction(async (run) => {
    if ((await run(compileHoldTask(id, fence, leaseSeconds))).length === 0) return
    await run(compileDropStorage(task.stored))
    await run(compileFinishTask(id))
  })
}

async function skipObject(database: Pick<Database, 'run'>, held: HeldTask, template: Template): Promise<void> {
  const [row] = await database.run(compileNextKey(template, held.doneTo))
  if (typeof row?.key !== 'string') return
  await database.run(compileAdvanceTask(held.id, row.key))
  held.doneTo = row.key
}
