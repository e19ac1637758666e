import { findTemplate } from '../../arguments/find-template.ts'
import { planFilter } from '../../arguments/plan-filter.ts'
import { createUsageError } from '../../cli-error.ts'
import { withTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import { deleteObjects } from '../../connection/operations.ts'
import { isTerminal, writeOut } from '../../output/terminal.ts'
import type { Command } from '../command.ts'
import type { CommonOptions } from '../common-options.ts'

interface DeleteOptions extends CommonOptions {
  readonly where?: string
  readonly all?: boolean
}

/** `registry image delete field=value…`: deletes the matching objects and prints how many. */
export const deleteCommand: Command<DeleteOptions> = {
  name: 'delete',
  description: 'delete the objects that match; print how many',
  operands: [
    { name: 'field=value', isList: true, description: 'what to delete; field:=JSON for values other than text' },
  ],
  options: [
    { long: '--where', value: 'filter', description: 'as for get' },
    { long: '--all', description: 'needed if nothing excludes any object' },
  ],
  examples: ['registry role delete image=ubuntu_20.04_v0.image status=false'],
  async run(assignments, options, name) {
    const connection = await openConnection(options)
    await withTemplateList(connection, async (templates) => {
      const template = findTemplate(templates, name)
      const where = planFilter(assignments, options.where, template, templates)
      if (!options.all && (!where || Object.keys(where).length === 0)) {
        throw createUsageError(
          `Without a filter, this would delete every ${name}. Add field=value, or --all if that is what you want.`,
        )
      }
      const count = await deleteObjects(connection, template, where ?? {}, options.all === true)
      if (!options.quiet) writeOut(isTerminal(1) ? `${count} deleted\n` : `${count}\n`)
    })
  },
}
