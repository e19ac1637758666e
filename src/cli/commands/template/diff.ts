import { findTemplate } from '../../arguments/find-template.ts'
import { parseFirst } from '../../arguments/parse-number.ts'
import { planFilter } from '../../arguments/plan-filter.ts'
import { createUsageError } from '../../cli-error.ts'
import { withTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import { createHistoryWriter } from '../../history/create-history-writer.ts'
import { printChanges, readDifferences } from '../../history/history-operations.ts'
import type { Command } from '../command.ts'
import { type HistoryOutputOptions, historyOutputOption } from './history-output-option.ts'

interface DiffOptions extends HistoryOutputOptions {
  readonly from?: string
  readonly to?: string
  readonly where?: string
  readonly first?: string
}

const columns = { short: ['outcome', 'key', 'changes'], documents: ['before', 'after'] }

/** `registry image diff --from TIME [--to TIME] [field=value…]`: what was created, updated and deleted in between. */
export const diffCommand: Command<DiffOptions> = {
  name: 'diff',
  description: 'print what was created, updated and deleted between two times',
  operands: [{ name: 'field=value', isList: true, description: 'only objects that match, before or after' }],
  options: [
    {
      long: '--from',
      value: 'time',
      isTime: true,
      description: 'from that time on: 2026-11-22T08:00:00Z, or now-1d (s m h d w)',
    },
    { long: '--to', value: 'time', isTime: true, description: 'up to that time; default: now' },
    { long: '--where', value: 'filter', description: 'as for get' },
    { long: '--first', value: 'n', description: 'at most this many' },
    historyOutputOption,
  ],
  examples: ['registry image diff --from now-1d -o table', 'registry role diff --from now-1h status=false'],
  async run(assignments, { from, to, ...options }, name) {
    const first = parseFirst(options.first)
    if (from === undefined) throw createUsageError('--from is missing: say from when on, as --from now-1d')
    const connection = await openConnection(options)
    await withTemplateList(connection, async (templates) => {
      const template = findTemplate(templates, name)
      const where = planFilter(assignments, options.where, template, templates)
      const writer = await createHistoryWriter(options.output, columns, (difference) => ({
        ...difference,
        key: JSON.stringify(difference.key),
        changes: printChanges(difference.changes ?? []),
      }))
      for await (const differences of readDifferences(connection, template, { from, to, where }, first))
        writer.write(differences)
      writer.end()
    })
  },
}
