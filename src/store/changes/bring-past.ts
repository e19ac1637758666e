import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLError } from 'graphql'
import { compileAdvanceTask, compileFinishTask } from '../../sql/changes/compile-generations.ts'
import { beforePast, compileBringPast, compileLockPast } from '../../sql/past/compile-bring-past.ts'
import { compileShowPast } from '../../sql/past/compile-since.ts'
import { analyzePast } from '../../sql/retention/past-index.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { Database, Run } from '../database.ts'
import type { HeldTask } from './tasks.ts'
import { tryToAnalyze } from './try-to-analyze.ts'

/** Few enough that whoever purges an object does not wait for long. */
const versionsPerBatch = 300
/** How long to rest after a batch, as a share of the time that it took, so that others get their turn. */
const rest = 1 / 3

/**
 * Brings what objects were in step with the keys that they, or what they refer to, have got, and tells it from then on. `template` is
 * undefined if it is gone, or has got another key since: then there is nothing to do.
 */
export async function bringPast(given: {
  readonly held: HeldTask
  readonly template: Template | undefined
  readonly model: TemplateModel
  readonly signal: AbortSignal
  readonly database: Pick<Database, 'run'>
  /** Does a part of the task in one transaction; `lost` if another server has taken the task. */
  readonly whileHeld: <Result>(work: (run: Run) => Promise<Result>) => Promise<Result | 'lost'>
}): Promise<void> {
  const { held, template, model, signal, database, whileHeld } = given
  const { id, task } = held
  let count = versionsPerBatch
  let isAnalyzed = false
  for (let after = held.doneTo || beforePast; !signal.aborted; ) {
    const from = after
    const began = performance.now()
    try {
      const last = await whileHeld(async (run) => {
        const next = template && (await bringBatch(run, template, model, task.from, from, count))
        if (next !== undefined) await run(compileAdvanceTask(id, next))
        else if (isAnalyzed) {
          await run(compileFinishTask(id))
          if (template) await run(compileShowPast(task.stored, id))
        }
        return next
      })
      if (last === 'lost') return
      if (last !== undefined) {
        after = last
        count = Math.min(2 * count, versionsPerBatch)
        await sleep(rest * (performance.now() - began), undefined, { signal })
      } else if (isAnalyzed) return
      else {
        // Otherwise the planner takes the past that is told from then on for empty, and compares each object of it with each other.
        await tryToAnalyze(database, analyzePast)
        isAnalyzed = true
      }
    } catch (error) {
      if (count === 1 || !(error instanceof GraphQLError) || error.extensions.code !== 'TIMEOUT') throw error
      count = Math.ceil(count / 2)
    }
  }
}

/** The place of the last version; undefined if there was none left. */
async function bringBatch(
  run: Run,
  template: Template,
  model: TemplateModel,
  from: string,
  after: string,
  count: number,
): Promise<string | undefined> {
  await run(compileLockPast())
  const [row] = await run(compileBringPast(template, model, from, after, count))
  return typeof row?.last === 'string' ? row.last : undefined
}
