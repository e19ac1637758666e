import { findTemplate } from '../../arguments/find-template.ts'
import { planFilter } from '../../arguments/plan-filter.ts'
import { CliError, exitCodes } from '../../cli-error.ts'
import { withTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import { readObjects } from '../../connection/operations.ts'
import { printOneObject } from '../../output/print-one-object.ts'
import { printInline } from '../../output/print-safely.ts'
import type { Command } from '../command.ts'
import { type OutputOptions, outputOptions } from '../output-options.ts'
import { atOption } from './at-option.ts'

interface LastOptions extends OutputOptions {
  readonly where?: string
  readonly at?: string
}

/** `registry image last [field=value…]`: prints the match that was updated last; exit 3 if there is none. */
export const lastCommand: Command<LastOptions> = {
  name: 'last',
  description: 'print the match that was updated last; exit 3 if there is none',
  operands: [
    { name: 'field=value', isList: true, description: 'what to look for; field:=JSON for values other than text' },
  ],
  options: [{ long: '--where', value: 'filter', description: 'as for get' }, atOption, ...outputOptions],
  examples: ['eval "$(registry image last distr=ubuntu -o shell)" && echo "$NAME"'],
  async run(assignments, options, name) {
    const connection = await openConnection(options)
    await withTemplateList(connection, async (templates) => {
      const template = findTemplate(templates, name)
      const where = planFilter(assignments, options.where, template, templates)
      const pages = readObjects(connection, template, {
        where,
        orderBy: [{ _meta: { updateTime: 'desc' } }],
        first: 1,
        at: options.at,
      })
      for await (const [object] of pages) {
        if (object) return printOneObject(object, template, options)
      }
      const filter = [...assignments, ...(options.where === undefined ? [] : [options.where])].join(' ')
      throw new CliError(
        exitCodes.notFound,
        filter === ''
          ? `There ${options.at === undefined ? `is no ${name} yet` : `was no ${name} at ${printInline(options.at)}`}.`
          : `No ${name} matches ${printInline(filter)}`,
      )
    })
  },
}
