import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import { writeJson } from '../output/terminal.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface ListOptions extends CommonOptions {
  readonly output?: 'json' | 'ndjson'
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
      description: 'the output format, for programs',
      choices: ['json', 'ndjson'],
    },
  ],
  examples: ['registry ls'],
  async run(_operands, options) {
    const templates = await loadTemplateList(await openConnection(options))
    if (options.output === 'json') return writeJson(`${JSON.stringify(templates, null, 2)}\n`)
    if (options.output === 'ndjson')
      return writeJson(templates.map((template) => `${JSON.stringify(template)}\n`).join(''))
    const { printTable } = await import('../output/print-table.ts')
    printTable(
      undefined,
      templates.map(({ name, description }) => [name, description ?? '']),
    )
  },
}
