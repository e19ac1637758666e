import type { Command, CommandOption, RootCommand } from '../commands/command.ts'
import { commonOptions } from '../commands/common-options.ts'

/** The commands that the words of a command line lead through: `registry`, `image`, `get`. */
export type CommandPath = readonly [RootCommand, ...Command[]]

export const helpOption: CommandOption = { long: '--help', short: '-h', description: 'print this help' }
export const versionOption: CommandOption = { long: '--version', short: '-V', description: 'print the version' }

/** `registry image`: there is one for any word that may be the name of a template. */
export function createTemplateCommand(name: string, { templateCommands }: RootCommand): Command {
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
export function templateOf(path: CommandPath): string {
  return path.find(({ commands }) => commands === path[0].templateCommands)?.name ?? ''
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
export function visibleCommands({ commands = [] }: Command): readonly Command[] {
  return commands.filter(({ isHidden }) => !isHidden)
}

/** Whether the word `help` after a command asks for help. Templates have a command with this name, and `import` may get a file with it. */
export function takesHelp({ commands, run }: Command): boolean {
  return commands !== undefined && !run && !commands.some(({ name }) => name === 'help')
}
