import { type Command, Option } from 'commander'
import { type Format, formatNames } from './create-writer.ts'
import type { CommonOptions } from './open-connection.ts'

export interface OutputOptions extends CommonOptions {
  readonly output: Format
  readonly fields?: string
  readonly githubOutput?: boolean
}

/** The options of every command that prints objects. */
export function addOutputOptions(command: Command): Command {
  return command
    .addOption(new Option('-o, --output <format>', 'how to print').choices(formatNames).default('json'))
    .option('--fields <names>', 'only these, in this order: name,lts,_meta.version')
    .option('--github-output', 'append to the file that $GITHUB_OUTPUT names, too')
}
