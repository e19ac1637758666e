import type pg from 'pg'
import type { Logger } from 'pino'
import { compileInsertWork, compileUpdateModel } from '../../sql/changes/compile-generations.ts'
import { compileEndFollowing, compileTriggers } from '../../sql/changes/compile-triggers.ts'
import { byNameOf, withFields } from '../../template/build-model.ts'
import { modelToJson } from '../../template/changes/model-json.ts'
import { deepFreeze } from '../../template/deep-freeze.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import type { Run } from '../database.ts'
import { inShortTransaction } from './apply-plan.ts'
import type { Generation } from './generations.ts'
import type { Task } from './tasks.ts'

/**
 * Ends the storages with former keys, which follow the present ones for servers that still read them: each write costs twice as
 * long as they exist. Returns the model without them.
 */
export async function dropFormerStorages(
  client: pg.Client,
  run: Run,
  { number }: Generation,
  model: TemplateModel,
  logger: Pick<Logger, 'info'>,
): Promise<TemplateModel> {
  const formers = [...model.templates, ...model.removed].flatMap(({ former }) => former ?? [])
  if (formers.length === 0) return model
  const stored = new Set(formers.map((former) => former.stored))
  const templates = model.templates.map((template) => withoutFormers(template, stored))
  const removed = model.removed.map((template) => withoutFormers(template, stored))
  const present = deepFreeze({ templates, byName: byNameOf(templates), removed })
  await inShortTransaction(client, async () => {
    for (const template of [...templates, ...removed])
      for (const statement of compileTriggers(template, present)) await client.query(statement)
    for (const template of [...model.templates, ...model.removed])
      if (template.former) await client.query(compileEndFollowing(template))
    for (const former of formers) {
      const task: Task = { kind: 'drop', stored: former.stored, from: former.stored, isBlocking: false, versioned: [] }
      await run(compileInsertWork(number, task))
    }
    await run(compileUpdateModel(number, modelToJson(present)))
  })
  logger.info({ storages: [...stored] }, 'the storages with former keys are not needed any more')
  return present
}

function withoutFormers(template: Template, stored: ReadonlySet<string>): Template {
  const strip = (field: Field): Field => ({
    ...field,
    formers: field.formers.filter(({ reference }) => reference?.stored === undefined || !stored.has(reference.stored)),
  })
  return {
    ...withFields(template, template.fields.map(strip)),
    removed: template.removed.map(strip),
    former: undefined,
  }
}
