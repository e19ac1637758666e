/** One option of a command. */
export interface CommandOption {
  /** `--order-by`; the command gets its value as `orderBy`. */
  readonly long: string
  /** `-o` */
  readonly short?: string
  /** The name of its value in the help; without one, the option is a switch. */
  readonly value?: string
  readonly description: string
  readonly choices?: readonly string[]
  readonly default?: string
  /** Its value is a point in time; anything else is a usage error, before the command runs. */
  readonly isTime?: true
  /** It can be repeated, and its value is a list. */
  readonly isList?: boolean
}

/** An argument of a command that is not an option. */
export interface Operand {
  readonly name: string
  readonly description: string
  readonly choices?: readonly string[]
  readonly isRequired?: boolean
  /** It can be repeated; for the last operand, or for one before a single optional one. */
  readonly isList?: boolean
}

/** A part of the help: terms, and what they mean. */
export interface HelpSection {
  readonly title: string
  readonly rows: readonly { readonly term: string; readonly text: string }[]
}

/** A command as data: reading command lines, help, messages and completion all use it. */
export interface Command<Options = object> {
  readonly name: string
  readonly description: string
  readonly operands?: readonly Operand[]
  readonly options?: readonly CommandOption[]
  readonly examples?: readonly string[]
  /** Left out of the help. */
  readonly isHidden?: boolean
  /** More sections of its help, for what takes long to load. */
  details?(): Promise<readonly HelpSection[]>
  /** Subcommands: `templates check`. */
  readonly commands?: readonly Command[]
  /** Returns the exit code, if it is not 0. `template` is the word before a template's command; the registry may not have this template. */
  run?(operands: readonly string[], options: Options, template: string): Promise<number> | Promise<void>
}

/** `registry` itself. */
export interface RootCommand extends Command {
  readonly commands: readonly Command[]
  /** What can be done with the objects of a template: `registry image get`. */
  readonly templateCommands: readonly Command[]
}

export function findCommand(list: readonly Command[], name: string | undefined): Command | undefined {
  return list.find((command) => command.name === name)
}
