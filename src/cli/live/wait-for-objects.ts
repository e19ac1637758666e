import { findTemplate } from '../arguments/find-template.ts'
import { parseNumber } from '../arguments/parse-number.ts'
import { planFilter } from '../arguments/plan-filter.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { withTemplateList } from '../connection/load-template-list.ts'
import { namesOf } from '../connection/template-names.ts'
import { writeOut } from '../output/terminal.ts'
import { askUntil, openWaitingConnection } from './ask-until.ts'
import { parseDuration } from './parse-duration.ts'

export interface WaitOptions extends CommonOptions {
  readonly where?: string
  readonly count?: string
  readonly timeout: string
}

/** Waits until enough objects match, and prints how many do. Throws with exit code 5 if the time is over. */
export async function waitForObjects(
  name: string,
  assignments: readonly string[],
  { timeout, ...options }: WaitOptions,
): Promise<void> {
  const count = parseNumber('--count', options.count, /^\d{1,9}$/, 'a number') ?? 1
  const endsAt = Date.now() + parseDuration('--timeout', timeout)
  const connection = await openWaitingConnection(options)
  let found: { readonly holds: boolean; readonly count: number } | undefined
  const ask = (seconds: number) =>
    withTemplateList(connection, async (templates) => {
      const template = findTemplate(templates, name)
      const where = planFilter(assignments, options.where, template, templates)
      const { types, query: fields } = namesOf(template)
      const query = `query RegistryWait($where: ${types.where}, $count: Int, $timeout: Int) { awaited: ${fields.awaitMany}(where: $where, count: $count, timeout: $timeout) { holds count } }`
      const { awaited } = await connection.send<{ awaited: NonNullable<typeof found> }>(query, {
        where,
        count,
        timeout: seconds,
      })
      return awaited
    })
  found = await askUntil(connection, endsAt, ask, options)
  if (found?.holds) return options.quiet ? undefined : writeOut(`${found.count}\n`)
  const matches = found ? `${found.count} of ${count} match` : 'the registry does not answer'
  throw new CliError(exitCodes.timeout, `After ${timeout}, ${matches}.`)
}
