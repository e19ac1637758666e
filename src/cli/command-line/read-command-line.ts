import { parseArgs } from 'node:util'
import { type Command, type CommandOption, findCommand, type Operand, type RootCommand } from '../commands/command.ts'
import { commonOptions } from '../commands/common-options.ts'
import {
  type CommandPath,
  commandOf,
  createTemplateCommand,
  helpOption,
  optionsOf,
  takesHelp,
  versionOption,
} from './command-path.ts'

/** Something wrong in a command line. */
export type Mistake =
  | { readonly kind: 'unknownCommand'; readonly word: string }
  | { readonly kind: 'commandMissing' }
  | { readonly kind: 'unknownOption'; readonly name: string }
  | { readonly kind: 'valueMissing'; readonly option: CommandOption }
  | { readonly kind: 'valueUnexpected'; readonly option: CommandOption }
  | { readonly kind: 'wrongValue'; readonly option: CommandOption; readonly value: string }
  | { readonly kind: 'operandMissing'; readonly operand: Operand }
  | { readonly kind: 'operandEmpty'; readonly operand: Operand }
  | { readonly kind: 'wrongOperand'; readonly operand: Operand; readonly value: string }
  | { readonly kind: 'tooManyOperands'; readonly operands: readonly string[] }
  | { readonly kind: 'versionNotAlone' }

/** By the options' names, `orderBy` for `--order-by`. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[]>>

/** The parts of a command line, as far as they can be read. */
export interface Reading {
  readonly path: CommandPath
  /** The arguments after the words of the command, without options. */
  readonly operands: readonly string[]
  /** The options that are given. */
  readonly options: OptionValues
  readonly asksHelp: boolean
  readonly asksVersion: boolean
  /** Wrong words and options, in their order. Reading ends at one that leaves the command open. */
  readonly mistakes: readonly Mistake[]
}

/** Reads the arguments of `registry`. `parseCommandLine` says whether they are a call. Options are allowed anywhere. */
export function readCommandLine(args: readonly string[], root: RootCommand): Reading {
  const known = listOptions(root)
  const reading = readWith(args, root, known)
  // `restore --version 3` takes a value, which `registry --version` does not.
  const own = (commandOf(reading.path).options ?? []).filter(({ long }) => long === versionOption.long)
  return own.length > 0 ? readWith(args, root, [...known.filter((one) => one !== versionOption), ...own]) : reading
}

function readWith(args: readonly string[], root: RootCommand, known: readonly CommandOption[]): Reading {
  const operands: string[] = []
  const given: OptionToken[] = []
  const mistakes: Mistake[] = []
  let path: CommandPath = [root]
  let asksHelp = false
  let unreadable = -1
  const tokens = tokenize(args, known)
  for (const [i, token] of tokens.entries()) {
    const command = commandOf(path)
    if (token.kind === 'option' && findOption(known, token)) given.push(token)
    else if (token.kind === 'option' && token.index !== unreadable) {
      const { rawName, index } = token
      mistakes.push({ kind: 'unknownOption', name: rawName.startsWith('--') ? rawName : (args[index] ?? rawName) })
      // The next word may be its value or the command.
      if (!command.run) break
      // `-where` is one mistake, not `-w -h -e -r -e`.
      unreadable = index
    } else if (token.kind === 'positional') {
      const next = operands.length === 0 ? findCommands(token.value, tokens.slice(i + 1), path, asksHelp) : []
      if (operands.length === 0 && token.value === 'help' && takesHelp(command)) asksHelp = true
      else if (next.length > 0) path = [...path, ...next]
      else operands.push(token.value)
      if (operands.length === 0 || command.run) continue
      mistakes.push({ kind: 'unknownCommand', word: token.value })
      break
    }
  }
  const readable = given.filter(({ index }) => index !== unreadable)
  return {
    ...readOptions(readable, commandOf(path), mistakes),
    path,
    operands,
    asksHelp: asksHelp || readable.some((one) => findOption([helpOption], one)),
  }
}

/** Reads the options for the command. Until the command is known, options of other commands are not mistakes. */
function readOptions(
  given: readonly OptionToken[],
  command: Command,
  before: readonly Mistake[],
): Pick<Reading, 'options' | 'asksVersion' | 'mistakes'> {
  const known = optionsOf(command)
  const options: Record<string, OptionValues[string]> = {}
  const mistakes = [...before]
  let asksVersion = false
  for (const token of given) {
    const option = findOption(known, token)
    const mistake = option || command.run ? findOptionMistake(token, option) : undefined
    if (mistake) mistakes.push(mistake)
    else if (option === versionOption) asksVersion = true
    else if (option && option !== helpOption) options[toName(option)] = readValue(token, option, options)
  }
  return { options, asksVersion, mistakes }
}

/** The options of all commands. An option with the same name takes a value in all commands or in none. */
function listOptions(root: RootCommand): readonly CommandOption[] {
  const list = (command: Command): readonly CommandOption[] => [
    ...(command.options ?? []),
    ...(command.commands ?? []).flatMap(list),
  ]
  return [...[root, ...root.templateCommands].flatMap(list), ...commonOptions, helpOption, versionOption]
}

function findOption(known: readonly CommandOption[], { rawName }: OptionToken): CommandOption | undefined {
  return known.find(({ long, short }) => rawName === long || rawName === short)
}

/** Splits `-qo json`, `--output=json`, `--` and the like according to POSIX and GNU. */
function tokenize(args: readonly string[], known: readonly CommandOption[]) {
  const options = Object.fromEntries(
    known.map(({ long, short, value }) => [
      long.slice('--'.length),
      { type: value === undefined ? 'boolean' : 'string', ...(short && { short: short.slice('-'.length) }) } as const,
    ]),
  )
  return parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true }).tokens
}

type Token = ReturnType<typeof tokenize>[number]
type OptionToken = Extract<Token, { kind: 'option' }>

function findOptionMistake({ rawName, value }: OptionToken, option: CommandOption | undefined): Mistake | undefined {
  if (!option) return { kind: 'unknownOption', name: rawName }
  if (option === versionOption && value !== undefined) return { kind: 'versionNotAlone' }
  if (option.value === undefined) return value === undefined ? undefined : { kind: 'valueUnexpected', option }
  // A variable of the shell that is not set would mean the current folder.
  if (value === undefined || (value === '' && option.value === 'folder')) return { kind: 'valueMissing', option }
  return option.choices?.includes(value) === false ? { kind: 'wrongValue', option, value } : undefined
}

/** If an option is given several times, the last value counts, unless the option is a list. */
function readValue({ value }: OptionToken, option: CommandOption, before: OptionValues): OptionValues[string] {
  if (value === undefined) return true
  return option.isList ? [...((before[toName(option)] ?? []) as readonly string[]), value] : value
}

/** `--order-by` → `orderBy` */
export function toName({ long }: CommandOption): string {
  return long.slice('--'.length).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** The commands that a word leads to; none if it is an operand. */
function findCommands(
  word: string,
  following: readonly Token[],
  path: CommandPath,
  asksHelp: boolean,
): readonly Command[] {
  const [root] = path
  const second = following.find((token) => token.kind === 'positional')?.value ?? ''
  if (path.length === 1 && word !== 'help' && isTemplate(word, second, root)) {
    // `help set`: the help that is possible without a template.
    const verb = asksHelp ? findCommand(root.templateCommands, word) : undefined
    return verb ? [createTemplateCommand('TEMPLATE', root), verb] : [createTemplateCommand(word, root)]
  }
  const command = findCommand(commandOf(path).commands ?? [], word)
  return command ? [command] : []
}

/**
 * Whether a command line that begins with these words is about a template: its first word is not a command, or is
 * followed by a template's command. `import help` and `templates purge` are about the command nevertheless.
 */
function isTemplate(first: string, second: string, { commands, templateCommands }: RootCommand): boolean {
  if (!/^[a-z][a-z0-9_]*$/i.test(first)) return false
  const command = findCommand(commands, first)
  if (!command) return true
  if (second === 'help' || findCommand(command.commands ?? [], second)) return false
  return findCommand(templateCommands, second) !== undefined
}
