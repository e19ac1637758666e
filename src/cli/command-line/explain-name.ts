import type { Command } from 'commander'
import { CliError, createUsageError, exitCodes } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import { suggest } from './suggest.ts'

/** `registry image`, with nothing behind it: says what could be, if there is such a template. Always wrong usage. */
export async function explainName(program: Command, template: Command): Promise<void> {
  const name = template.name()
  const names = await listTemplateNames(template.optsWithGlobals<CommonOptions>())
  if (names.includes(name)) return template.help({ error: true })
  const commands = program.createHelp().visibleCommands(program)
  const near = suggest(name, [...commands.map((command) => command.name()), ...names])
  throw createUsageError(`unknown command '${name}'${near && `\n${near.trim()}`}`)
}

/** None where there is no registry to ask. */
async function listTemplateNames(options: CommonOptions): Promise<readonly string[]> {
  try {
    const templates = await loadTemplateList(await openConnection({ ...options, retries: '0' }))
    return templates.map((template) => template.name)
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.unreachable) return []
    throw error
  }
}
