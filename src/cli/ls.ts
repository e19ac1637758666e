import { type Command, Option } from 'commander'
import { addExamples } from './add-examples.ts'
import { loadTemplateList } from './load-template-list.ts'
import { type CommonOptions, openConnection } from './open-connection.ts'
import { writeOut } from './terminal.ts'

interface ListOptions extends CommonOptions {
  readonly output?: 'json' | 'ndjson'
}

/** `registry ls`: the templates, with descriptions. */
export function addLs(program: Command): void {
  const command = program
    .command('ls')
    .description('list the templates')
    .addOption(new Option('-o, --output <format>', 'how to print, if not for people').choices(['json', 'ndjson']))
    .allowExcessArguments(false)
  addExamples(command, ['registry ls'])
  command.action(() => listTemplates(command.optsWithGlobals<ListOptions>()))
}

async function listTemplates(options: ListOptions): Promise<void> {
  const templates = await loadTemplateList(await openConnection(options))
  if (options.output === 'json') return writeOut(`${JSON.stringify(templates, null, 2)}\n`)
  if (options.output === 'ndjson')
    return writeOut(templates.map((template) => `${JSON.stringify(template)}\n`).join(''))
  const { printTable } = await import('./print-table.ts')
  printTable(
    undefined,
    templates.map(({ name, description }) => [name, description ?? '']),
  )
}
