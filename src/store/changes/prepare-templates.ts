import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { ConfigError } from '../../errors.ts'
import { compileUnfinished } from '../../sql/changes/compile-generations.ts'
import { endsFill } from '../../template/changes/ends-fill.ts'
import { printPlan, printRemedy } from '../../template/changes/print-plan.ts'
import type { TemplatePlan } from '../../template/changes/template-plan.ts'
import type { DeclaredModel } from '../../template/load-templates.ts'
import type { TemplateModel } from '../../template/model.ts'
import type { Database, Run } from '../database.ts'
import { ensurePastIndexes } from '../retention/ensure-past-indexes.ts'
import { applyPlan, switchTo } from './apply-plan.ts'
import { assertConsent, consentingUser } from './consent.ts'
import { createDoubts } from './create-doubts.ts'
import { doTasks } from './do-tasks.ts'
import { dropFormerStorages } from './drop-former-storages.ts'
import { dropIndexes, ensureIndexes, ensurePartitions } from './ensure-storage.ts'
import {
  changeModel,
  digestFiles,
  type Generation,
  loadGenerations,
  loadModel,
  recordGeneration,
} from './generations.ts'
import { lookForBrokenRules } from './look-for-broken-rules.ts'
import { planChanges } from './plan-changes.ts'
import { findBrokenRules, refreshViolations, withoutFilling } from './refresh-model.ts'
import { type Setup, withSetup } from './with-setup.ts'

/** The templates that a server serves now. */
export interface ServedTemplates {
  readonly model: TemplateModel
  /** The number of their generation. */
  readonly generation: number
  /** The database takes no writes. */
  readonly isReadOnly?: true
}

interface Options extends Setup {
  readonly database: Database
  readonly files: DeclaredModel
  /** The digest of the plan that the operator consents to. */
  readonly consent: string | undefined
  /** Before this server looks again for what others have left undone, in milliseconds. Default: 30 s. */
  readonly pause?: number | undefined
  /** Is called with what to serve, and again whenever that changes. */
  readonly serve: (served: ServedTemplates) => void
}

/**
 * Finds out what the files change, applies it if nothing needs consent, and serves the templates. One server at a time does so.
 * Conversions come first: until they are complete, the former templates are served.
 *
 * Throws `ConfigError` with the plan if it needs a consent that was not given, or cannot be applied.
 *
 * @returns what goes on in the background, which resolves when the signal has aborted; and what to call when a read has met a value that
 * does not fit its template in a place where the schema promises one.
 */
export async function prepareTemplates(
  options: Options,
): Promise<{ readonly working: Promise<void>; readonly noteUnfit: () => void }> {
  const { database, serve, logger, signal } = options
  const { generation, isOlder } = await withSetup(options, (client, run) => settleGeneration(client, run, options))
  if (isOlder) serve({ model: await loadModel(database.run, generation), generation: generation.number })
  const { working } = isOlder ? { working: Promise.resolve() } : await startWork(generation, options)
  const doubts = createDoubts(() => lookAgain(generation, options), options)
  const afterwards = working.catch((error: unknown) => {
    if (!signal.aborted) logger.warn({ err: error }, 'a change of templates is unfinished; it is taken up again')
  })
  return {
    working: afterwards
      .then(() => (isOlder ? undefined : lookForBrokenRules(generation.number, options)))
      .then(() => watchOthers(options, generation.number, isOlder))
      .then(doubts.settle),
    noteUnfit: doubts.note,
  }
}

/** Looks for violations that servers with other templates have written since, and serves the templates as they are then. */
async function lookAgain({ number }: Generation, options: Options): Promise<void> {
  const model = await withSetup(options, async (_, run) => {
    const generations = await loadGenerations(run)
    const own = generations.find((one) => one.number === number)
    const mayDiffer = own?.isApplied && generations.length > 1
    if (!mayDiffer) return undefined
    const present = await refreshViolations(run, { ...own, isDoubted: true }, options.logger)
    return (await findBrokenRules(run, own, 'all', options.logger)) ?? present
  })
  if (model) options.serve({ model, generation: number })
}

/** The generation of the files, which is applied if it is new. `isOlder`: the storage already belongs to a newer one. */
async function settleGeneration(
  client: pg.Client,
  run: Run,
  options: Options,
): Promise<{ readonly generation: Generation; readonly isOlder: boolean }> {
  const { files, consent, logger, database, signal } = options
  const digest = digestFiles(files.model)
  const [last, ...earlier] = await loadGenerations(run)
  if (!last) return { generation: await applyFirst(client, run, digest, options), isOlder: false }
  if (last.files === digest) return { generation: last, isOlder: false }
  const current = earlier.find(({ isApplied }) => isApplied)
  if (!last.isApplied && current?.files === digest) return { generation: current, isOlder: true }
  if (!last.isApplied) {
    logger.info('finishing the former change of templates before the next one')
    const model = await loadModel(run, last)
    const apply = () => switchTo(client, run, last.number, model, options)
    await doTasks({ database, generation: last.number, model, logger, signal, apply })
    signal.throwIfAborted()
  }
  const { plan, applied, model } = await planChanges(run, last, files)
  const own = earlier.find((generation) => generation.files === digest && generation.isApplied)
  if (own && (consent === undefined || consent !== plan.digest)) {
    await assertStorage(run, own, applied, plan)
    logger.warn(
      { generation: own.number, newest: last.number },
      `newer templates have been applied; this server keeps to its own and changes nothing of the storage. To go back to its templates, start it with ACCEPT_TEMPLATES=${plan.digest ?? '(not possible: they cannot be applied)'}`,
    )
    return { generation: own, isOlder: true }
  }
  assertConsent(plan, consent)
  if (endsFill(applied, model)) {
    logger.info('filling the objects that the former change of templates has left, before the next one')
    await finishGeneration(last, applied, async () => undefined, options)
    signal.throwIfAborted()
    return settleGeneration(client, run, options)
  }
  const generation = { number: last.number + 1, files: digest, digest: plan.digest ?? '' }
  const given = {
    generation,
    applied,
    model,
    entries: plan.entries,
    consent: consent === plan.digest ? consentingUser() : undefined,
  }
  return { generation: await applyPlan(client, run, given, options), isOlder: false }
}

/** Throws `ConfigError` if newer templates have replaced the storage of an older generation for good. */
async function assertStorage(run: Run, own: Generation, applied: TemplateModel, plan: TemplatePlan): Promise<void> {
  const { templates } = await loadModel(run, own)
  const lost = templates.find(({ stored }) => applied.spent.includes(stored))
  if (!lost) return
  throw new ConfigError(
    `These templates are too old: newer ones have changed the key of ${lost.name} since, and the objects with its former key are gone. Start with the newer templates, or apply these as a new change:\n\n${printPlan(plan)}\n\n${printRemedy(plan)}`,
  )
}

async function applyFirst(
  client: pg.Client,
  run: Run,
  files: string,
  { files: { model }, logger }: Options,
): Promise<Generation> {
  await ensurePartitions(client, model, logger)
  const generation = { number: 1, files, digest: '', isApplied: true, isSettled: false }
  await recordGeneration(run, generation, { model, entries: [], consent: undefined })
  return generation
}

/** The longest time that a start waits for conversions before it serves the former templates meanwhile, in milliseconds. */
const shortWait = 5_000

/** Serves the templates of a generation as soon as they are applied. Returns what remains to be done with stored objects. */
async function startWork(generation: Generation, options: Options): Promise<{ readonly working: Promise<void> }> {
  const { database, logger, signal, serve } = options
  let model = await loadModel(database.run, generation)
  let isServed = false
  if (generation.isApplied) {
    model = await tidyOwnStorage(generation, model, options, refreshViolations)
    isServed = true
    serve({ model, generation: generation.number })
    const isFilling = model.templates.some(({ fields }) => fields.some((field) => field.isFilling))
    const unfinished = await database.run(compileUnfinished(generation.number))
    if (unfinished.length === 0 && !isFilling) return { working: Promise.resolve() }
  }
  const apply = async () => {
    if (isServed) return
    model = await switchGeneration(generation, options)
    isServed = true
    serve({ model, generation: generation.number })
    // What breaks rules has just been counted.
    await tidyOwnStorage(generation, model, options, loadModel)
  }
  const working = finishGeneration(generation, model, apply, options).then(async (filled) => {
    if (!filled) return
    serve({ model: filled, generation: generation.number })
    // It may have indexes that were for reading what was not filled.
    await tidyOwnStorage(generation, filled, options, loadModel)
  })
  if (!isServed) {
    await Promise.race([working, sleep(shortWait, undefined, { signal, ref: false }).catch(() => undefined)])
    const former = isServed || signal.aborted ? undefined : await loadFormer(generation, options)
    // They may have been switched in the meantime.
    if (former && !isServed) {
      logger.info('stored objects are being converted; until that is done, the former templates are served')
      serve(former)
    }
  }
  return { working }
}

/**
 * Tidies the storage, unless newer templates have been applied since: then it is not for this server to change. Returns the model as
 * it is now, as `load` does.
 */
function tidyOwnStorage(
  { number }: Generation,
  model: TemplateModel,
  options: Options,
  load: typeof refreshViolations,
): Promise<TemplateModel> {
  return withSetup(options, async (client, run) => {
    const [last] = await loadGenerations(run)
    if (last?.number !== number) return model
    await tidyStorage(client, run, last, options)
    return load(run, last, options.logger)
  })
}

/** Gives the storage all that the newest templates ask for, and nothing else. */
async function tidyStorage(client: pg.Client, run: Run, generation: Generation, options: Options): Promise<void> {
  const { logger } = options
  const model = await loadModel(run, generation)
  await ensurePartitions(client, model, logger)
  await ensureIndexes(client, model, logger, 'all')
  await dropIndexes(client, model)
  await ensurePastIndexes(client, model, options)
  if (generation.isSettled) await dropFormerStorages(client, run, generation, model, options)
}

/** Does all that remains to be done for a generation; returns its model if all objects are filled now. */
async function finishGeneration(
  { number }: Generation,
  model: TemplateModel,
  apply: () => Promise<void>,
  { database, logger, signal }: Options,
): Promise<TemplateModel | undefined> {
  await doTasks({ database, generation: number, model, logger, signal, apply })
  if (signal.aborted) return undefined
  const present = await loadModel(database.run, { number })
  if (!present.templates.some(({ fields }) => fields.some(({ isFilling }) => isFilling))) return undefined
  return database.transaction((run) => changeModel(run, number, withoutFilling))
}

/**
 * Makes a generation the one that is applied, and returns its model. What takes long comes before: from the switch on until a server
 * serves it, nobody can write what has another key.
 */
function switchGeneration(generation: Generation, options: Options): Promise<TemplateModel> {
  return withSetup(options, async (client, run) => {
    await ensureIndexes(client, await loadModel(run, generation), options.logger, 'all')
    const model = await refreshViolations(run, generation, options.logger)
    await switchTo(client, run, generation.number, model, options)
    return model
  })
}

/** The templates that are applied while conversions for the next ones go on. */
async function loadFormer({ number }: Generation, { database }: Options): Promise<ServedTemplates | undefined> {
  const former = (await loadGenerations(database.run)).find((one) => one.isApplied && one.number < number)
  return former && { model: await loadModel(database.run, former), generation: former.number }
}

/**
 * Looks now and then for what servers with other templates have applied, says so once, and from then on follows objects to their newer
 * keys; and looks for what they have left undone, and does it: they may be gone.
 */
async function watchOthers(options: Options, own: number, wasOlder: boolean): Promise<void> {
  const { database, logger, signal, pause = 30_000 } = options
  let newest = own
  while (!signal.aborted) {
    await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined)
    if (signal.aborted) return
    try {
      const [last] = await loadGenerations(database.run)
      if (!last) continue
      if (last.isApplied && last.number > newest) {
        if (newest === own && !wasOlder)
          logger.warn(
            { generation: own, newest: last.number },
            'newer templates have been applied; this server goes on with its own',
          )
        newest = last.number
        const model = await loadModel(database.run, { number: own })
        if (model.templates.some(({ laterStorages }) => laterStorages.length > 0))
          options.serve({ model, generation: own })
      }
      if (last.isApplied && (await database.run(compileUnfinished(last.number))).length === 0) continue
      const model = await loadModel(database.run, last)
      await finishGeneration(last, model, async () => void (await switchGeneration(last, options)), options)
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'cannot find out whether a change of templates is unfinished')
    }
  }
}
