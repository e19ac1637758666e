import type { Command } from 'commander'
import { addExamples } from './add-examples.ts'
import { addOutputOptions, type OutputOptions } from './add-output-options.ts'
import { createUsageError } from './cli-error.ts'
import { createWriter } from './create-writer.ts'
import { findTemplate } from './find-template.ts'
import { withTemplateList } from './load-template-list.ts'
import type { ObjectWriter } from './object-writer.ts'
import { openConnection } from './open-connection.ts'
import { type Reading, readObjects } from './operations.ts'
import { parseColumns } from './parse-columns.ts'
import { parseOrderBy } from './parse-order-by.ts'
import { planFilter } from './plan-filter.ts'

interface GetOptions extends OutputOptions {
  readonly where?: string
  readonly orderBy?: string
  readonly first?: string
}

/** `registry image get [field=value…]`: prints what matches, a page at a time. */
export function addGet(template: Command): void {
  const command = addOutputOptions(
    template
      .command('get')
      .description('print the objects that match, oldest first')
      .argument('[field=value...]', 'what to look for; field:=JSON for any other value')
      .option('--where <filter>', "JSON, or an expression such as 'status=true and not commit~b3*'")
      .option('--order-by <fields>', 'such as distr,-_meta.update_time; - for descending')
      .option('--first <n>', 'at most so many'),
  )
  addExamples(command, [
    'registry image get distr=ubuntu | jq -r ".[].name"',
    "registry role get --where 'status=true and not commit~b3*' --order-by -_meta.update_time -o table",
  ])
  command.action((assignments: string[]) =>
    printObjects(template.name(), assignments, command.optsWithGlobals<GetOptions>()),
  )
}

/** `registry image markdown`: the same as a table of Markdown. */
export function addMarkdown(template: Command): void {
  const command = template
    .command('markdown')
    .description('print the objects that match as a table of Markdown')
    .argument('[field=value...]', 'what to look for')
    .option('--where <filter>', 'as for get')
    .option('--order-by <fields>', 'as for get')
    .option('--first <n>', 'as for get')
    .option('--fields <names>', 'only these columns, in this order')
  addExamples(command, ['registry image markdown lts=true >> "$GITHUB_STEP_SUMMARY"'])
  command.action((assignments: string[]) =>
    printObjects(template.name(), assignments, { ...command.optsWithGlobals<GetOptions>(), output: 'markdown' }),
  )
}

async function printObjects(name: string, assignments: readonly string[], options: GetOptions): Promise<void> {
  const first = parseFirst(options.first)
  const github = options.githubOutput ? (await import('./github-output.ts')).createGithubOutput() : undefined
  const connection = await openConnection(options)
  await withTemplateList(connection, async (templates) => {
    const template = findTemplate(templates, name)
    const columns = options.fields === undefined ? undefined : parseColumns(options.fields, template)
    const reading: Reading = {
      where: planFilter(assignments, options.where, template, templates),
      orderBy: options.orderBy === undefined ? undefined : parseOrderBy(options.orderBy, template),
      first,
    }
    const pages = readObjects(connection, template, reading)
    let writer: ObjectWriter | undefined
    for await (const objects of pages) {
      writer ??= await createWriter(options.output, { template, columns, isSingle: false })
      writer.write(objects)
      github?.addToList(objects, columns)
    }
    writer?.end()
    github?.writeList()
  })
}

function parseFirst(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0)
    throw createUsageError(`--first takes a number from 1; ${JSON.stringify(text)} is not.`)
  return Number(text)
}
