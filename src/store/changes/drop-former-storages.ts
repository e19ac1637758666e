import type pg from 'pg'
import { compileInsertWork } from '../../sql/changes/compile-generations.ts'
import { compileEndFollowing, compileTriggers } from '../../sql/changes/compile-triggers.ts'
import { withTemplates } from '../../template/build-model.ts'
import { withoutLostTargets } from '../../template/changes/lost-targets.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { Run } from '../database.ts'
import { inShortTransaction, type Patience } from './apply-plan.ts'
import { changeModel, type Generation } from './generations.ts'
import { dropTask } from './tasks.ts'

/**
 * Ends the storages with former keys, which follow the present ones for servers that still read them: each write costs twice as
 * long as they exist.
 */
export async function dropFormerStorages(
  client: pg.Client,
  run: Run,
  { number }: Generation,
  model: TemplateModel,
  patience: Patience,
): Promise<void> {
  const following = [...model.templates, ...model.removed].filter(({ former }) => former)
  if (following.length === 0) return
  const stored = following.flatMap(({ former }) => former?.stored ?? [])
  await inShortTransaction(
    client,
    patience,
    [...model.templates, ...model.removed].map((one) => one.stored),
    async () => {
      const present = await changeModel(run, number, withoutFormers)
      for (const template of following) await client.query(compileEndFollowing(template))
      for (const template of [...present.templates, ...present.removed])
        for (const statement of compileTriggers(template, present)) await client.query(statement)
      for (const one of stored) await run(compileInsertWork(number, dropTask(one)))
    },
  )
  patience.logger.info({ storages: stored }, 'the storages with former keys are not needed any more')
}

function withoutFormers(model: TemplateModel): TemplateModel {
  const strip = (template: Template): Template => ({ ...template, former: undefined })
  const spent = [...model.templates, ...model.removed].flatMap(({ former }) => former?.stored ?? [])
  const removed = model.removed.map(strip)
  return withoutLostTargets(
    withTemplates({ ...model, removed, spent: [...model.spent, ...spent] }, model.templates.map(strip)),
  )
}
