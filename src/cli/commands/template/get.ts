import { findTemplate } from '../../arguments/find-template.ts'
import { parseColumns, pickColumns } from '../../arguments/parse-columns.ts'
import { parseLatestPer } from '../../arguments/parse-latest-per.ts'
import { parseFirst } from '../../arguments/parse-number.ts'
import { parseOrderBy } from '../../arguments/parse-order-by.ts'
import { planFilter } from '../../arguments/plan-filter.ts'
import { withTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import { type Reading, readObjects } from '../../connection/operations.ts'
import { createWriter } from '../../output/create-writer.ts'
import type { ObjectWriter } from '../../output/object-writer.ts'
import { printJson, type ShownObject } from '../../output/print-object.ts'
import { quoteForShell } from '../../output/quote-for-shell.ts'
import { writeError } from '../../output/terminal.ts'
import type { Command } from '../command.ts'
import { type OutputOptions, outputOptions } from '../output-options.ts'
import { atOption } from './at-option.ts'

interface GetOptions extends OutputOptions {
  readonly where?: string
  readonly at?: string
  readonly orderBy?: string
  readonly latestPer?: string
  readonly first?: string
}

/** `registry image get [field=value…]`: prints the matching objects, a page at a time. */
export const getCommand: Command<GetOptions> = {
  name: 'get',
  description: 'print the objects that match, oldest first',
  operands: [
    {
      name: 'field=value',
      isList: true,
      description:
        "what to look for; field:=JSON for values other than text; a list is compared as a whole, --where 'tags has lts' finds an item",
    },
  ],
  options: [
    {
      long: '--where',
      value: 'filter',
      description: "JSON, or an expression such as 'status=true and not commit~b3*' or 'tags has lts'",
    },
    { long: '--order-by', value: 'fields', description: 'such as image.distr,-_meta.update_time; - for descending' },
    {
      long: '--latest-per',
      value: 'fields',
      description: 'of the matches, only the latest for each value of these fields: image,name',
    },
    { long: '--first', value: 'n', description: 'at most this many' },
    atOption,
    ...outputOptions,
  ],
  examples: [
    'registry image get distr=ubuntu | jq -r ".[].name"',
    "registry role get --where 'status=true and not commit~b3*' --order-by -_meta.update_time -o table",
  ],
  run: printObjects,
}

/** `registry image markdown`: the same as a Markdown table. */
export const markdownCommand: Command<GetOptions> = {
  name: 'markdown',
  description: 'print the objects that match as a Markdown table',
  operands: [{ name: 'field=value', isList: true, description: 'what to look for' }],
  options: [
    { long: '--where', value: 'filter', description: 'as for get' },
    { long: '--order-by', value: 'fields', description: 'as for get' },
    { long: '--latest-per', value: 'fields', description: 'as for get' },
    { long: '--first', value: 'n', description: 'as for get' },
    atOption,
    { long: '--fields', value: 'names', description: 'only these columns, in this order' },
  ],
  examples: ['registry image markdown lts=true >> "$GITHUB_STEP_SUMMARY"'],
  run: (assignments, options, name) => printObjects(assignments, { ...options, output: 'markdown' }, name),
}

async function printObjects(assignments: readonly string[], options: GetOptions, name: string): Promise<void> {
  const first = parseFirst(options.first)
  const github = options.githubOutput ? await import('../../output/github-output.ts') : undefined
  github?.assertGithubOutput()
  const connection = await openConnection(options)
  await withTemplateList(connection, async (templates) => {
    const template = findTemplate(templates, name)
    const columns = options.fields === undefined ? undefined : parseColumns(options.fields, template)
    const reading: Reading = {
      where: planFilter(assignments, options.where, template, templates),
      orderBy: options.orderBy === undefined ? undefined : parseOrderBy(options.orderBy, template, templates),
      latestPer: options.latestPer === undefined ? undefined : parseLatestPer(options.latestPer, template),
      first,
      at: options.at,
    }
    const pages = readObjects(connection, template, reading)
    let writer: ObjectWriter | undefined
    const list: ShownObject[] = []
    let isEmpty = true
    for await (const objects of pages) {
      writer ??= await createWriter(options.output, { template, columns, isSingle: false })
      writer.write(objects)
      if (objects.length > 0) isEmpty = false
      if (github) list.push(...objects.map((object) => pickColumns(object, columns)))
    }
    writer?.end()
    if (isEmpty) noteDoubleSigns(assignments)
    github?.appendGithubOutputs([
      ['objects', printJson(list)],
      ['count', String(list.length)],
    ])
  })
}

/** Where nothing matches `name==x`, which looks for the text `=x`. */
function noteDoubleSigns(assignments: readonly string[]): void {
  for (const text of assignments) {
    const [, name, value] = /^([^=]+)==+(.+)$/s.exec(text) ?? []
    if (name !== undefined && value !== undefined)
      writeError(
        `nothing matches ${text}, whose value begins with =; perhaps ${quoteForShell(`${name}=${value}`)} is meant\n`,
      )
  }
}
