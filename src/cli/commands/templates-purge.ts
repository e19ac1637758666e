import { CliError, exitCodes } from '../cli-error.ts'
import { type Connection, createAnswerError, type GraphqlError } from '../connection/connection.ts'
import { openConnection } from '../connection/open-connection.ts'
import { isTerminal, writeOut } from '../output/terminal.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

/** `registry templates purge NAME`: deletes for good what a removed template left. */
export const templatesPurgeCommand: Command<CommonOptions> = {
  name: 'purge',
  description: 'delete for good the objects, and their history, that a removed template left; print how many',
  operands: [{ name: 'NAME', isRequired: true, description: 'the template whose file is gone' }],
  examples: ['registry templates purge image'],
  async run([name = ''], options) {
    const count = await purgeTemplate(await openConnection(options), name)
    if (!options.quiet) writeOut(isTerminal(1) ? `${count} deleted\n` : `${count}\n`)
    return exitCodes.done
  },
}

async function purgeTemplate(connection: Connection, name: string): Promise<number> {
  const mutation = 'mutation RegistryPurge($name: String!) { purgeTemplate(name: $name) }'
  // Repeated after it has run, it would be refused.
  const { data, errors } = await connection.ask(mutation, { name }, { isRepeatable: false })
  if (!errors?.length) return (data as { purgeTemplate: number }).purgeTemplate
  const refusal = createAnswerError(errors)
  if (!errors.some(saysNotRemoved) || (await isInUse(connection, name))) throw refusal
  throw new CliError(exitCodes.notFound, refusal.message, { code: refusal.code })
}

/** The registry's code for a template that is in use, and for one that there has never been. */
function saysNotRemoved({ extensions }: GraphqlError): boolean {
  return extensions?.issues?.some(({ code }) => code === 'NOT_REMOVED') ?? false
}

async function isInUse(connection: Connection, name: string): Promise<boolean> {
  const { templates } = await connection.send<{ templates: readonly { readonly name: string }[] }>(
    '{ templates { name } }',
  )
  return templates.some((template) => template.name === name)
}
