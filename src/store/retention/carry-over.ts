import type { Logger } from 'pino'
import type { VersionSource } from '../../plan/past/history-plan.ts'
import { compileLockPast } from '../../sql/past/compile-bring-past.ts'
import {
  compileCarryOver,
  compileCorrectLog,
  compileSkipCarryOver,
  compileUncarried,
} from '../../sql/past/compile-carry-over.ts'
import { formOfField } from '../../template/form-of-field.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { followsStorage } from '../changes/tasks.ts'
import type { Run } from '../database.ts'

/**
 * Carries over what the log tells of the time before there was a past, as far back as it tells all. Objects that have got another key since
 * begin with that, and so does what refers to them.
 */
export async function carryOver(
  run: Run,
  /** In a transaction without a time limit. */
  inTransaction: <Result>(work: (run: Run) => Promise<Result>) => Promise<Result>,
  model: TemplateModel,
  logger: Pick<Logger, 'info'>,
): Promise<void> {
  const uncarried = new Set((await run(compileUncarried())).map(({ template }) => template))
  const templates = model.templates.filter(({ stored }) => uncarried.has(stored))
  if (templates.length === 0) return
  await inTransaction(async (own) => {
    await own(compileLockPast())
    await own(compileCorrectLog())
  })
  for (const template of templates) {
    if (!isKnown(template, model)) {
      await run(compileSkipCarryOver(template.stored))
      continue
    }
    const [row] = await inTransaction(async (own) => {
      await own(compileLockPast())
      return own(compileCarryOver(template.stored, { references: listReferences(template, model) }))
    })
    logger.info({ template: template.name, versions: Number(row?.versions) }, 'carried former versions over')
  }
}

function isKnown({ fields, keptPast }: Template, model: TemplateModel): boolean {
  return keptPast.kind !== 'none' && !fields.some((field) => followsStorage(field, model))
}

/** With the references of fields that are gone as well: they may come back. */
function listReferences(template: Template, model: TemplateModel): VersionSource['references'] {
  return [...template.fields, ...template.removed].flatMap((field) =>
    field.reference ? [{ attribute: field.attribute, form: formOfField(field, model) }] : [],
  )
}
