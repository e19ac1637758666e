import type { Command } from 'commander'
import { addExamples } from './add-examples.ts'
import { addOutputOptions, type OutputOptions } from './add-output-options.ts'
import { CliError, exitCodes } from './cli-error.ts'
import { findTemplate } from './find-template.ts'
import { withTemplateList } from './load-template-list.ts'
import { openConnection } from './open-connection.ts'
import { readObjects } from './operations.ts'
import { planFilter } from './plan-filter.ts'
import { printOneObject } from './print-one-object.ts'

interface LastOptions extends OutputOptions {
  readonly where?: string
}

/** `registry image last [field=value…]`: prints the match that was updated last; exit 3 if there is none. */
export function addLast(template: Command): void {
  const command = addOutputOptions(
    template
      .command('last')
      .description('print the match that was updated last; exit 3 if there is none')
      .argument('[field=value...]', 'what to look for; field:=JSON for any other value')
      .option('--where <filter>', 'as for get'),
  )
  addExamples(command, ['eval "$(registry image last distr=ubuntu -o shell)" && echo "$NAME"'])
  command.action((assignments: string[]) =>
    printLast(template.name(), assignments, command.optsWithGlobals<LastOptions>()),
  )
}

async function printLast(name: string, assignments: readonly string[], options: LastOptions): Promise<void> {
  const connection = await openConnection(options)
  await withTemplateList(connection, async (templates) => {
    const template = findTemplate(templates, name)
    const where = planFilter(assignments, options.where, template, templates)
    const pages = readObjects(connection, template, { where, orderBy: [{ _meta: { updateTime: 'desc' } }], first: 1 })
    for await (const [object] of pages) {
      if (object) return printOneObject(object, template, options)
    }
    const filter = [...assignments, ...(options.where === undefined ? [] : [options.where])].join(' ')
    throw new CliError(exitCodes.notFound, filter === '' ? `There is no ${name} yet.` : `No ${name} matches ${filter}`)
  })
}
