import { ownArgumentOf } from '../../../template/names/argument-names.ts'
import { findTemplate } from '../../arguments/find-template.ts'
import { CliError, createUsageError, exitCodes } from '../../cli-error.ts'
import { withTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import { namesOf } from '../../connection/template-names.ts'
import { printKeyArguments } from '../../history/key-literals.ts'
import { isTerminal, writeError } from '../../output/terminal.ts'
import type { Command } from '../command.ts'
import type { CommonOptions } from '../common-options.ts'

interface PurgeOptions extends CommonOptions {
  readonly reason?: string
}

/** `registry image purge name=a --reason TEXT`: deletes an object and everything that is kept of what it was. */
export const purgeCommand: Command<PurgeOptions> = {
  name: 'purge',
  description: 'delete an object and all that is kept of what it was, for good; exit 3 if there is nothing',
  operands: [{ name: 'field=value', isList: true, description: 'the key' }],
  options: [
    { long: '--reason', value: 'text', description: 'required: why; it is kept, so it must not name what has to go' },
  ],
  examples: ["registry image purge name=a --reason 'a password got in'"],
  async run(assignments, { reason, ...options }, name) {
    if (reason === undefined) throw createUsageError('--reason is missing: say why this has to go')
    const connection = await openConnection(options)
    await withTemplateList(connection, async (templates) => {
      const template = findTemplate(templates, name)
      const key = printKeyArguments(assignments, template, templates)
      const argument = ownArgumentOf({ key: template.key.map((field) => ({ name: field })) }, 'reason')
      const query = `mutation RegistryPurge($reason: String!) { purged: ${namesOf(template).mutation.purge}(${key}, ${argument}: $reason) }`
      // A second run would find nothing.
      const { purged } = await connection.send<{ purged: boolean }>(query, { reason }, { isRepeatable: false })
      if (!purged) throw new CliError(exitCodes.notFound, `Nothing is kept of this ${name}.`)
      if (!options.quiet && isTerminal(2)) writeError('purged\n')
    })
  },
}
