/** One option of a command. */
export interface CommandOption {
  /** `--order-by`, which is `orderBy` among the options that a command is given. */
  readonly long: string
  /** `-o` */
  readonly short?: string
  /** What to call its value; without one, it is a switch. */
  readonly value?: string
  readonly description: string
  readonly choices?: readonly string[]
  readonly default?: string
  /** It may be given several times, and is a list. */
  readonly isList?: boolean
}

/** What a command takes beside options. */
export interface Operand {
  readonly name: string
  readonly description: string
  readonly choices?: readonly string[]
  readonly isRequired?: boolean
  /** The last may be several. */
  readonly isList?: boolean
}

/** A command, as data: the reader of command lines, help, messages and completion all go by it. */
export interface Command<Options = object> {
  readonly name: string
  readonly description: string
  readonly operands?: readonly Operand[]
  readonly options?: readonly CommandOption[]
  readonly examples?: readonly string[]
  /** Not in the help. */
  readonly isHidden?: boolean
  /** Commands behind this one: `templates check`. */
  readonly commands?: readonly Command[]
  /** Returns the exit code. `template` is the word in front of a template's command; whether there is one is not known. */
  run?(operands: readonly string[], options: Options, template: string): Promise<number>
}

/** Everything that `registry` can do. */
export interface CommandTables {
  readonly commands: readonly Command[]
  /** What can be done with the objects of a template: `registry image get`. */
  readonly templateCommands: readonly Command[]
}

export function findCommand(list: readonly Command[], name: string | undefined): Command | undefined {
  return list.find((command) => command.name === name)
}
