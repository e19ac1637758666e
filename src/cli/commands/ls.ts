import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import { createWriter, type Format, formatNames } from '../output/create-writer.ts'
import type { ShownObject } from '../output/print-object.ts'
import { writeJson } from '../output/terminal.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface ListOptions extends CommonOptions {
  readonly output?: Format
}

/** `registry ls`: the templates, with descriptions. */
export const lsCommand: Command<ListOptions> = {
  name: 'ls',
  description: 'list the templates',
  options: [
    {
      long: '--output',
      short: '-o',
      value: 'format',
      description: 'the output format; json, ndjson and yaml have all that is known of the templates',
      choices: formatNames.filter((name) => name !== 'shell'),
    },
  ],
  examples: ['registry ls'],
  async run(_operands, options) {
    const templates = await loadTemplateList(await openConnection(options))
    if (options.output === 'json') return writeJson(`${JSON.stringify(templates, null, 2)}\n`)
    if (options.output === 'ndjson')
      return writeJson(templates.map((template) => `${JSON.stringify(template)}\n`).join(''))
    if (options.output !== undefined) {
      const columns = options.output === 'yaml' ? undefined : ['name', 'description']
      const template = { name: 'template', fields: [] }
      const writer = await createWriter(options.output, { template, columns, isSingle: false })
      writer.write(templates as unknown as readonly ShownObject[])
      return writer.end()
    }
    const { printTable } = await import('../output/print-table.ts')
    printTable(
      undefined,
      templates.map(({ name, description }) => [name, description ?? '']),
    )
  },
}
