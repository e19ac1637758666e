import type { Command, CommandOption, CommandTables } from '../commands/command.ts'
import { commonOptions } from '../commands/common-options.ts'

/** The commands that the words of a command line lead through: `registry`, `image`, `get`. */
export type CommandPath = readonly [Command, ...Command[]]

export const helpOption: CommandOption = { long: '--help', short: '-h', description: 'print this help' }
export const versionOption: CommandOption = { long: '--version', short: '-V', description: 'print the version' }

/** `registry` itself. */
export function createRootCommand({ commands }: CommandTables): Command {
  return {
    name: 'registry',
    description: 'A registry of typed objects: YAML templates become a GraphQL API over PostgreSQL.',
    commands,
    examples: [
      'registry serve',
      'registry ls',
      'registry image set name=a lts=true',
      'registry image get lts=true | jq',
    ],
  }
}

/** `registry image`: there is one for any word that may be the name of a template. */
export function createTemplateCommand(name: string, { templateCommands }: CommandTables): Command {
  return {
    name,
    description: `Work with the objects of the template ${name}.`,
    commands: templateCommands,
    examples: [`registry ${name} help`, `registry ${name} get`],
  }
}

/** The command that the path ends with. */
export function commandOf(path: CommandPath): Command {
  return path.at(-1) ?? path[0]
}

/** The template that the command applies to; empty for none. */
export function templateOf(path: CommandPath, { templateCommands }: CommandTables): string {
  return path.find(({ commands }) => commands === templateCommands)?.name ?? ''
}

/** `registry image get` */
export function printPath(path: CommandPath): string {
  return path.map(({ name }) => name).join(' ')
}

/** Every option that is allowed after the words of a command. */
export function optionsOf({ options = [] }: Command): readonly CommandOption[] {
  return [...options, ...commonOptions, helpOption, versionOption]
}

/** The subcommands that the help shows. */
export function visibleCommands({ commands = [] }: Pick<Command, 'commands'>): readonly Command[] {
  return commands.filter(({ isHidden }) => !isHidden)
}

/** Whether the word `help` after a command asks for help. Templates have a command with this name, and `import` may get a file with it. */
export function takesHelp({ commands, run }: Command): boolean {
  return commands !== undefined && !run && !commands.some(({ name }) => name === 'help')
}
