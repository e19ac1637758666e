import type pg from 'pg'
import { createCallerError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import { compileTasks, compileUnfinished } from '../sql/changes/compile-generations.ts'
import type { Statement } from '../sql/sql.ts'
import type { TemplatePlan } from '../template/changes/template-plan.ts'
import type { DeclaredModel } from '../template/load-templates.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import type { Retain } from '../template/retention/retention.ts'
import { loadGenerations, loadModel } from './changes/generations.ts'
import { planChanges } from './changes/plan-changes.ts'
import { purgeDeed, purgeTemplate } from './changes/purge-template.ts'
import { listViolations, type Violation } from './changes/refresh-model.ts'
import type { Task } from './changes/tasks.ts'
import { type Database, type Run, withoutTimeLimit } from './database.ts'
import { findOutgrown } from './retention/find-removals.ts'
import { type Purge, purgeObject } from './retention/purge-object.ts'
import { type Doer, logDeed } from './trail.ts'

/** What is known and done about the templates as a whole. */
export interface Administration {
  /** What other templates would do to the stored objects. With many objects it takes seconds, and no time limit ends it. */
  readonly planTemplates: (files: DeclaredModel) => Promise<TemplatePlan>
  /** A value did not fit its template where the schema promises one. Servers with other templates may have written it: it is looked for. */
  readonly noteUnfit: () => void
  readonly listViolations: (
    templates: readonly Template[],
    model: TemplateModel,
  ) => Promise<ReadonlyMap<Template, readonly Violation[]>>
  /** What is being done with objects, by the stored name of their present template: for that one, or for the next templates. */
  readonly listChanging: () => Promise<ReadonlyMap<string, 'FILLING' | 'REKEYING' | 'CONVERTING'>>
  /** The removed templates of these that nobody has purged since. */
  readonly listRemoved: (model: TemplateModel) => Promise<readonly Template[]>
  /** Deletes for good what a removed template left; returns the number of objects. */
  readonly purge: (template: string, by: Doer, isDryRun?: boolean) => Promise<number>
  /** Deletes an object and all that is kept of what it was; whether there was anything. Whether the caller may do so has been decided. */
  readonly purgeObject: (request: PlanRequest, purge: Purge) => Promise<boolean>
  /** Which objects a rule of retention would delete now, with the first so many keys. Throws TIMEOUT. */
  readonly findOutgrown: (
    template: Template,
    retain: Retain,
    model: TemplateModel,
    first: number,
  ) => ReturnType<typeof findOutgrown>
}

/** Requests that wait for their turn, and the one that has it. */
const mostWaiting = 10

export function createAdministration(
  database: Database,
  connection: pg.ClientConfig,
  logger: Logger,
  noteUnfit: () => void,
): Administration {
  // One at a time: these may read all objects, on a connection that no pool bounds.
  let running: Promise<unknown> = Promise.resolve()
  let waiting = 0
  const unlimited = async <Result>(work: (run: Run) => Promise<Result>): Promise<Result> => {
    if (waiting >= mostWaiting)
      throw createCallerError('SERVICE_UNAVAILABLE', 'Too many others ask about templates as well; try again shortly.')
    waiting++
    const next = running.then(() => withoutTimeLimit(connection, work)).finally(() => waiting--)
    running = next.catch(() => undefined)
    return next
  }
  return {
    planTemplates: (files) =>
      unlimited(async (run) => {
        const [last] = await loadGenerations(run)
        if (!last) throw createCallerError('SERVICE_UNAVAILABLE', 'No templates have been applied yet.')
        return (await planChanges(run, last, files)).plan
      }),
    noteUnfit,
    listViolations: (templates, model) =>
      unlimited(async (run) => {
        const violations = new Map<Template, readonly Violation[]>()
        for (const template of templates) violations.set(template, await listViolations(run, template, model))
        return violations
      }),
    async listChanging() {
      const generations = await loadGenerations(database.run)
      const [last] = generations
      const applied = generations.find(({ isApplied }) => isApplied)
      const tasksOf = async (statement: Statement) => (await database.run(statement)).map(({ task }) => task as Task)
      const filling = applied ? await tasksOf(compileUnfinished(applied.number)) : []
      // Also once all objects are done: indexes are built before the next templates are applied.
      const blocking = last && !last.isApplied ? await tasksOf(compileTasks(last.number)) : []
      // A template that gets other keys may have other tasks after that.
      return new Map([
        ...filling.filter(({ kind }) => kind === 'step').map(({ stored }) => [stored, 'FILLING'] as const),
        ...blocking
          .filter(({ isBlocking }) => isBlocking)
          .reverse()
          .map(({ kind, from }) => [from, kind === 'rekey' ? 'REKEYING' : 'CONVERTING'] as const),
      ])
    },
    async listRemoved({ removed }) {
      if (removed.length === 0) return []
      const [last] = await loadGenerations(database.run)
      const present = last && (await loadModel(database.run, last))
      return removed.filter(({ stored }) => !present?.spent.includes(stored))
    },
    async purge(template, by, isDryRun = false) {
      const count = await unlimited((run) => purgeTemplate(run, template, by, isDryRun))
      if (!isDryRun) logDeed(logger, purgeDeed(template, count, by))
      return count
    },
    async purgeObject(request, purge) {
      const deed = await unlimited((run) => purgeObject(run, request, purge))
      if (deed && !purge.isDryRun) logDeed(logger, deed)
      return deed !== undefined
    },
    // Whoever may read the objects may ask for it, so it has the usual limits.
    findOutgrown: (template, retain, model, first) => findOutgrown(database.run, template, retain, model, first),
  }
}
