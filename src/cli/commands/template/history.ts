import { findTemplate } from '../../arguments/find-template.ts'
import { parseFirst } from '../../arguments/parse-number.ts'
import { CliError, exitCodes } from '../../cli-error.ts'
import { withTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import { createHistoryWriter } from '../../history/create-history-writer.ts'
import { printChanges, readVersions } from '../../history/history-operations.ts'
import { printKeyArguments } from '../../history/key-literals.ts'
import type { Command } from '../command.ts'
import { type HistoryOutputOptions, historyOutputOption } from './history-output-option.ts'

interface HistoryOptions extends HistoryOutputOptions {
  readonly first?: string
}

const columns = { short: ['version', 'outcome', 'time', 'actor', 'run', 'changes'], documents: ['document'] }

/** `registry image history name=a`: the versions of an object, newest first; exit 3 if there never was one. */
export const historyCommand: Command<HistoryOptions> = {
  name: 'history',
  description: 'print the versions of an object, newest first; exit 3 if there never was one',
  operands: [{ name: 'field=value', isList: true, description: 'the key' }],
  options: [{ long: '--first', value: 'n', description: 'at most this many' }, historyOutputOption],
  examples: [
    'registry image history name=ubuntu_20.04_v0.image -o table',
    'registry role history name=ntp image=a | jq ".[0].document"',
  ],
  async run(assignments, options, name) {
    const first = parseFirst(options.first)
    const connection = await openConnection(options)
    await withTemplateList(connection, async (templates) => {
      const template = findTemplate(templates, name)
      const pages = readVersions(connection, template, printKeyArguments(assignments, template, templates), first)
      const writer = await createHistoryWriter(options.output, columns, (version) => ({
        ...version,
        changes: printChanges(version.changes ?? []),
      }))
      let isEmpty = true
      for await (const versions of pages) {
        if (versions.length > 0) isEmpty = false
        writer.write(versions)
      }
      if (isEmpty) throw new CliError(exitCodes.notFound, `No ${name} ${assignments.join(' ')} has a history.`)
      writer.end()
    })
  },
}
