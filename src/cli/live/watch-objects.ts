import { setTimeout as sleep } from 'node:timers/promises'
import { changesFieldOf, ownEventFieldOf } from '../../template/names/argument-names.ts'
import { findTemplate } from '../arguments/find-template.ts'
import type { Json } from '../arguments/parse-value.ts'
import { planFilter } from '../arguments/plan-filter.ts'
import { CliError, createUsageError } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { createAnswerError, type GraphqlAnswer } from '../connection/connection.ts'
import { withTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import { namesOf } from '../connection/template-names.ts'
import { objectSelection, printJson, type SelectedObject, toShownObject } from '../output/print-object.ts'
import { writeJson } from '../output/terminal.ts'
import { hasAnswered, pauseAfter, sayGoingOn } from './outlast.ts'

export interface WatchOptions extends CommonOptions {
  readonly where?: string
  readonly after?: string
}

interface Event {
  readonly kind: string
  readonly cursor: string
  readonly object: SelectedObject | null
  readonly before: Json
  readonly changes: Json
}

/** After these, the same subscription goes on behind the last event. */
const ended: ReadonlySet<string> = new Set(['SLOW_CONSUMER', 'SERVICE_UNAVAILABLE'])

/** Prints a line for each change of the objects that match, and goes on after a lost connection, until it is ended. */
export async function watchObjects(
  name: string,
  assignments: readonly string[],
  { after, ...options }: WatchOptions,
): Promise<never> {
  if (after === '') throw createUsageError('--after takes the cursor of an event, not an empty text.')
  const connection = await openConnection(options)
  let cursor = after
  let wasThere = false
  for (let failures = 0; ; ) {
    try {
      await withTemplateList(connection, async (templates) => {
        const template = findTemplate(templates, name)
        const where = planFilter(assignments, options.where, template, templates)
        // Whatever is lost before the first event comes after this.
        cursor ??= (
          await connection.send<{ cursor: string }>(`query RegistryCursor { cursor: ${cursorFieldOf(templates)} }`)
        ).cursor
        for await (const text of connection.follow(printSubscription(template), { where, after: cursor })) {
          const { data, errors } = JSON.parse(text) as GraphqlAnswer
          if (errors?.length) throw createAnswerError(errors)
          const { event } = data as { event: Event }
          failures = 0
          cursor = event.cursor
          if (event.kind !== 'BOOKMARK') writeJson(`${printEvent(event, template)}\n`)
        }
      })
    } catch (error) {
      if (!(error instanceof CliError && (error.isPassing || ended.has(error.code ?? '')))) throw error
      wasThere ||= hasAnswered(error, connection)
      if (!wasThere) throw error
      if (failures++ === 0 && !options.quiet) sayGoingOn(error, 'Going on from the last event.')
      await sleep(pauseAfter(failures))
    }
  }
}

/** The registry's own name gives way to a template's. */
function cursorFieldOf(templates: TemplateList): string {
  return templates.some((one) => Object.values<string>(namesOf(one).query).includes('cursor')) ? '_cursor' : 'cursor'
}

function printSubscription(template: Template): string {
  const { types, subscription, payloadObject: fieldName } = namesOf(template)
  const own = (name: 'kind' | 'cursor' | 'before') => `${name}: ${ownEventFieldOf({ fieldName }, name)}`
  return `subscription RegistryWatch($where: ${types.where}, $after: String) {
  event: ${subscription.changedMany}(where: $where, after: $after) {
    ${own('kind')} ${own('cursor')} object: ${fieldName} { ${objectSelection} } ${own('before')} changes: ${changesFieldOf({ fieldName })} { field before after }
  }
}`
}

function printEvent({ kind, cursor, object, before, changes }: Event, { name }: Template): string {
  return printJson({ kind, cursor, [name]: object && toShownObject(object), before, changes })
}
