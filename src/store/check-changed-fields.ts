import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { compileForgetChangedField } from '../sql/compile-forget-changed-field.ts'
import { compileNextValues } from '../sql/compile-next-values.ts'
import { isStoredValue } from '../template/is-stored-value.ts'
import type { Json } from '../template/json.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import type { Database } from './database.ts'
import { toTemplateDefinition } from './to-template-definition.ts'

export interface ChangedTemplates {
  /** The templates that still have such fields. The set shrinks over time. */
  readonly templates: ReadonlySet<Template>
  /** Resolves when no such field is left, or when the signal has aborted. */
  readonly finished: Promise<void>
}

/** A field whose type has changed. */
interface Search {
  readonly template: Template
  readonly field: Field
  /** The values of all objects up to this key fit. */
  checkedTo: string
  /** The number of objects that one statement checks. */
  batch: number
}

const largestBatch = 500
/** Each round sends at least one small statement for each remaining field. */
const pauseBetweenRounds = 60_000

/**
 * Finds the fields among these whose stored values all fit their present types, and removes those fields from the record.
 * It runs in the background until no field is left. A round ends at the first value that does not fit, and the next round
 * starts there. This server writes only values that fit, so it need not check earlier objects again. (A server with
 * older templates may still write values that do not fit; the next change of the type finds them.)
 */
export function checkChangedFields(options: {
  readonly database: Pick<Database, 'run'>
  readonly model: TemplateModel
  readonly fields: ReadonlyMap<Template, readonly Field[]>
  readonly logger: Pick<Logger, 'info' | 'warn'>
  readonly signal: AbortSignal
  /** In milliseconds, between two rounds. */
  readonly pause?: number | undefined
}): ChangedTemplates {
  const { database, model, fields, logger, signal, pause = pauseBetweenRounds } = options
  let searches: readonly Search[] = [...fields].flatMap(([template, changed]) =>
    changed.map((field) => ({ template, field, checkedTo: '', batch: largestBatch })),
  )
  const templates = new Set(searches.map(({ template }) => template))
  return { templates, finished: work() }

  async function work(): Promise<void> {
    while (searches.length > 0 && !signal.aborted) {
      for (const search of searches) {
        try {
          if (await advance(search)) await forget(search)
        } catch (error) {
          // The values of so many objects may be too large to read at once; the next round reads fewer.
          search.batch = Math.ceil(search.batch / 10)
          if (!signal.aborted)
            logger.warn({ err: error, template: search.template.name }, 'stored values could not be checked')
        }
      }
      if (searches.length > 0) await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  /** Whether all values fit. */
  async function advance(search: Search): Promise<boolean> {
    const { template, field } = search
    for (;;) {
      if (signal.aborted) return false
      const rows = await database.run(compileNextValues(template, field, search.checkedTo, search.batch))
      for (const { key, value } of rows) {
        if (value !== null && !isStoredValue(value as Json, field, model)) return false
        search.checkedTo = key as string
      }
      if (rows.length < search.batch) return true
    }
  }

  async function forget(search: Search): Promise<void> {
    const { template, field } = search
    await database.run(compileForgetChangedField(template, field, toTemplateDefinition(template)))
    searches = searches.filter((other) => other !== search)
    if (!searches.some((other) => other.template === template)) templates.delete(template)
    logger.info(`${template.name}.${field.name}: all stored values now fit its type`)
  }
}
