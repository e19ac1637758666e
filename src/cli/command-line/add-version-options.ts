import { type Command as Commander, CommanderError, Option } from 'commander'
import { createUsageError, exitCodes } from '../cli-error.ts'
import { writeOut } from '../output/terminal.ts'
import { readVersion } from '../read-version.ts'

/**
 * `--version` behind the words of any command prints the version, as it does behind `registry`. Nothing else may stand
 * there: who writes `image set name=a --version 20.04` means a field, and is not to take it for written.
 */
export function addVersionOptions(program: Commander, args: readonly string[], words = 1): void {
  for (const command of program.commands) {
    command.addOption(new Option('-V, --version').hideHelp()).on('option:version', () => {
      if (args.length > words + 1)
        throw createUsageError(
          '--version prints the version of registry, and takes nothing beside it. A field is written as name=value.',
        )
      writeOut(`${readVersion()}\n`)
      throw new CommanderError(exitCodes.done, 'registry.version', '')
    })
    addVersionOptions(command, args, words + 1)
  }
}
