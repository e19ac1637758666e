import { findTemplate } from '../../arguments/find-template.ts'
import { parseNumber } from '../../arguments/parse-number.ts'
import type { Json } from '../../arguments/parse-value.ts'
import { createUsageError } from '../../cli-error.ts'
import { withTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import { namesOf } from '../../connection/template-names.ts'
import { printJson } from '../../output/print-object.ts'
import { writeError, writeJson } from '../../output/terminal.ts'
import type { Command } from '../command.ts'
import type { CommonOptions } from '../common-options.ts'

interface RetainOptions extends CommonOptions {
  readonly dryRun?: boolean
  readonly days?: string
  readonly last?: string
  readonly per?: string
  readonly first?: string
}

interface Retention {
  readonly objects: number
  readonly keptByReferences: number
  readonly keys: readonly Json[]
}

/** `registry role retain --dry-run`: what the template's `retain`, or another rule, would delete now. */
export const retainCommand: Command<RetainOptions> = {
  name: 'retain',
  description: "print what the template's retain, or another rule, would delete now",
  options: [
    { long: '--dry-run', description: 'required: this command only shows; the registry does the deleting itself' },
    { long: '--days', value: 'n', description: 'another rule: older objects go' },
    { long: '--last', value: 'n', description: 'another rule: this many of the latest of each group stay' },
    { long: '--per', value: 'fields', description: 'with --last: the fields that make a group, separated by commas' },
    { long: '--first', value: 'n', description: 'the number of keys to print; at most 1000', default: '20' },
  ],
  examples: ['registry role retain --dry-run', 'registry role retain --dry-run --last 20 --per name,image'],
  async run(_, options, name) {
    if (!options.dryRun)
      throw createUsageError(
        'The registry itself deletes what the template does not retain. Add --dry-run to see what that is.',
      )
    const number = (long: string, text: string | undefined) => parseNumber(long, text, /^\d{1,7}$/, 'a number')
    const [days, last] = [number('--days', options.days), number('--last', options.last)]
    const first = number('--first', options.first)
    const per = options.per?.split(',').map((field) => field.trim())
    const connection = await openConnection(options)
    await withTemplateList(connection, async (templates) => {
      findTemplate(templates, name)
      // The registry's own name gives way to a template's.
      const field = templates.some((one) => Object.values<string>(namesOf(one).query).includes('retention'))
        ? '_retention'
        : 'retention'
      const query = `query RegistryRetention($template: String!, $days: Int, $last: Int, $per: [String!], $first: Int) {
  found: ${field}(template: $template, days: $days, last: $last, per: $per, first: $first) { objects keptByReferences keys }
}`
      const { found } = await connection.send<{ found: Retention }>(query, { template: name, days, last, per, first })
      const { objects, keptByReferences, keys } = found
      writeJson(`${printJson({ objects, kept_by_references: keptByReferences, keys: [...keys] })}\n`)
      if (keys.length < objects && !options.quiet)
        writeError(`${objects - keys.length} more keys; --first prints them\n`)
    })
  },
}
