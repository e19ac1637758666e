import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { type Limits, mapLimits } from '../../limits.ts'
import type { Logger } from '../../logger.ts'
import type { Metrics } from '../../metrics/create-metrics.ts'
import { createPlanRequest } from '../../plan/plan-request.ts'
import { compileNewestGeneration } from '../../sql/changes/compile-generations.ts'
import { compileForgetRemoved, compileKnowPast } from '../../sql/retention/compile-expire.ts'
import { compileEndLease, compileHoldLease } from '../../sql/retention/compile-lease.ts'
import { storagesOf } from '../../template/changes/storages-of.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { ServedTemplates } from '../changes/prepare-templates.ts'
import type { Database, Run } from '../database.ts'
import { isDeadlock, isUnavailable } from '../database-error.ts'
import { endOnAbort, inOneTransaction, runOn, settingsFor, withOwnConnection } from '../own-connection.ts'
import { carryOver } from './carry-over.ts'
import { deleteOutgrown, type LookBefore } from './delete-outgrown.ts'
import { tendPastIndexes } from './ensure-past-indexes.ts'
import { type DoBatch, expireHistory, type Progress } from './expire-history.ts'

/**
 * The work of removing what templates do not keep, and of indexing what they do. One server at a time does each; if it dies, another
 * goes on.
 */
export interface Retention {
  /** Tells which templates are served from now on. */
  readonly serve: (served: ServedTemplates) => void
  /**
   * Removes all that is to be removed now, and builds indexes of the past that are worth it by now. Leaves either to another server that
   * is at it, and ends once newer templates have been applied.
   */
  readonly round: () => Promise<void>
  /** Does rounds until the signal aborts. */
  readonly work: () => Promise<void>
}

const lease = 'retention'
/** Longer than the pause, so that the same server goes on; with the pause, less than a minute, in which another takes over. */
const leaseSeconds = 30
const usualPause = 20_000
/** How long to rest after a batch, as a share of the time that it took, so that others get their turn. */
const rest = 1 / 3
const usualRestOfLooks = 50
/** A build that fails has read all of the past. */
const restOfIndexes = 3_600_000
/** With the pause and the lease, within the minute that the documents say. */
const usualSpared = 10_000

/** What is remembered of the templates that are served now. */
interface Memory {
  readonly progress: Map<Template, Progress>
  readonly looks: Map<Template, LookBefore & { readonly nextAt: number }>
  /** Whether the past of templates that keep it again has begun. */
  hasBegun: boolean
}

function nothingKnown(): Memory {
  return { progress: new Map(), looks: new Map(), hasBegun: false }
}

export function createRetention(given: {
  readonly database: Pick<Database, 'run' | 'transaction'>
  /** Where statements without time limits run. */
  readonly connection: pg.ClientConfig
  readonly limits: Limits
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly metrics?: Metrics | undefined
  /** Between two rounds, in milliseconds. */
  readonly pause?: number | undefined
  /** How long not to look again for what `retain` lets go of, as a multiple of the time that it took. */
  readonly restOfLooks?: number | undefined
  /** How long what has just been replaced stays in any case, in milliseconds: who follows the feed of changes has a moment to read it. */
  readonly spared?: number | undefined
}): Retention {
  const { database, connection, logger, signal, metrics, pause = usualPause, restOfLooks = usualRestOfLooks } = given
  const { spared = usualSpared } = given
  const holder = randomUUID()
  // What the registry does by itself is not for callers to limit.
  const limits: Limits = { ...mapLimits(() => Number.POSITIVE_INFINITY), answerBytes: given.limits.answerBytes }
  let served: ServedTemplates | undefined
  let memory = nothingKnown()
  let isHolder = false
  let hasCarried = false
  /** Before, no indexes of the past are built: it has failed. */
  let indexesFrom = 0
  let generationOfRound: number | undefined
  /** Whether the templates of this round are the newest that have been applied. */
  let isNewest = false

  const doBatch: DoBatch = async (work) => {
    if (signal.aborted) return undefined
    const began = performance.now()
    const result = await database.transaction(async (run) => {
      isHolder = (await run(compileHoldLease(lease, holder, leaseSeconds))).length > 0
      if (!isHolder) return undefined
      isNewest = await servesNewest(run)
      return isNewest ? { value: await work(run) } : undefined
    })
    await sleep(rest * (performance.now() - began), undefined, { signal, ref: false }).catch(() => undefined)
    return result?.value
  }

  const inTransaction = <Result>(work: (run: Run) => Promise<Result>) =>
    workUnlimited(connection, signal, (run) => inOneTransaction(run, work))

  async function servesNewest(run: Run): Promise<boolean> {
    const [newest] = await run(compileNewestGeneration())
    return Number(newest?.generation ?? 0) === generationOfRound
  }

  async function round(): Promise<void> {
    if (!served) return
    try {
      await remove(served)
    } finally {
      if (!signal.aborted) await indexPast(served)
    }
  }

  async function indexPast(templates: ServedTemplates): Promise<void> {
    if (performance.now() < indexesFrom) return
    try {
      await tendPastIndexes(database.run, templates, { connection, signal, logger })
    } catch (error) {
      if (signal.aborted) return
      if (!isUnavailable(error) && !isDeadlock(error)) indexesFrom = performance.now() + restOfIndexes
      logger.warn({ err: error }, 'indexes of the past could not be built; it is tried again')
    }
  }

  async function remove({ model, generation }: ServedTemplates): Promise<void> {
    generationOfRound = generation
    const rules = model.templates.filter(({ keptPast, retain }) => keptPast.kind !== 'all' || retain)
    if (rules.length === 0 && memory.hasBegun && hasCarried) return
    if (!(await servesNewest(database.run))) return
    const known = model.templates.filter(({ keptPast }) => keptPast.kind !== 'none')
    const storages = known.flatMap((template) => storagesOf(template, model))
    if ((await doBatch((run) => run(compileKnowPast(storages)))) === undefined) {
      memory = nothingKnown()
      return
    }
    memory.hasBegun = true
    if (!hasCarried) hasCarried = await tryToCarryOver(model)
    for (const template of rules) {
      if (signal.aborted || !isNewest) return
      await keep(template, model)
    }
    await doBatch((run) => run(compileForgetRemoved()))
  }

  /** If it fails, what is not kept is removed all the same. */
  async function tryToCarryOver(model: TemplateModel): Promise<boolean> {
    try {
      await carryOver(database.run, inTransaction, model, logger)
      return true
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'former versions could not be carried over; it is tried again')
      return false
    }
  }

  async function keep(template: Template, model: TemplateModel): Promise<void> {
    const { progress, looks } = memory
    if (template.retain) {
      const before = looks.get(template)
      if (!before || before.nextAt <= performance.now()) looks.set(template, await deleteOf(template, model, before))
    }
    const read = progress.get(template) ?? new Map<string, string>()
    progress.set(template, read)
    const { versions, changes } = await expireHistory(database.run, doBatch, template, model, read, spared)
    note(template, 'version', versions)
    note(template, 'change', changes)
    if (versions > 0) logger.info({ template: template.name, versions }, 'removed what is older than the history')
  }

  async function deleteOf(template: Template, model: TemplateModel, before: LookBefore | undefined) {
    const { retain } = template
    if (!retain) throw new Error(`"${template.name}" retains all`)
    let took = 0
    const look: Run = async (statement) => {
      const began = performance.now()
      try {
        return await workUnlimited(connection, signal, (run) => run(statement))
      } finally {
        took += performance.now() - began
      }
    }
    const author = { actor: 'registry', run: undefined }
    const request = () => createPlanRequest({ model, limits, author })
    const found = await deleteOutgrown({ template, retain, model, request, run: database.run, look, doBatch, before })
    const { objects, ...after } = found
    note(template, 'object', objects)
    if (objects > 0)
      logger.info({ template: template.name, objects }, 'deleted what is older than the template retains')
    return { ...after, nextAt: performance.now() + restOfLooks * took }
  }

  function note({ name }: Template, kind: 'object' | 'version' | 'change', count: number): void {
    if (count > 0) metrics?.count('removed', { template: name, kind }, count)
  }

  return {
    serve(next) {
      if (next.model !== served?.model) {
        memory = nothingKnown()
        indexesFrom = 0
      }
      served = next
    },
    round,
    async work() {
      while (!signal.aborted) {
        await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined)
        if (signal.aborted) break
        try {
          await round()
        } catch (error) {
          if (!signal.aborted)
            logger.warn({ err: error }, 'what is older than the templates keep could not be removed; it is tried again')
        }
      }
      if (isHolder) await database.run(compileEndLease(lease, holder)).catch(() => undefined)
    },
  }
}

/** Works without a time limit, on a connection that the signal ends. */
function workUnlimited<Result>(
  connection: pg.ClientConfig,
  signal: AbortSignal,
  work: (run: Run) => Promise<Result>,
): Promise<Result> {
  return withOwnConnection(settingsFor('retention', connection), (client) =>
    endOnAbort(client, signal, () => work(runOn(client))),
  )
}
