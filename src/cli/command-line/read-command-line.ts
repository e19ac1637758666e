import { parseArgs } from 'node:util'
import { type Command, type CommandOption, type CommandTables, findCommand, type Operand } from '../commands/command.ts'
import {
  type CommandPath,
  commandOf,
  createRootCommand,
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

/** Reads the arguments of `registry`. `parseCommandLine` says whether they are a call. */
export function readCommandLine(args: readonly string[], tables: CommandTables): Reading {
  const root = createRootCommand(tables)
  return readBehind(args, tables, {
    path: [root],
    operands: [],
    options: {},
    asksHelp: false,
    asksVersion: false,
    mistakes: [],
  })
}

/** Reads the arguments after the words of the path. Options belong to the words before them. */
function readBehind(args: readonly string[], tables: CommandTables, before: Reading): Reading {
  const command = commandOf(before.path)
  const known = optionsOf(command)
  const tokens = tokenize(args, known)
  const operands: string[] = []
  const options: Record<string, OptionValues[string]> = { ...before.options }
  const mistakes: Mistake[] = [...before.mistakes]
  let { asksHelp, asksVersion } = before
  let unreadable = -1
  const read = (): Reading => ({ path: before.path, operands, options, asksHelp, asksVersion, mistakes })

  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'option') {
      if (token.index === unreadable) continue
      const option = known.find(({ long, short }) => token.rawName === long || token.rawName === short)
      const mistake = findMistake(token, option, args[token.index])
      if (mistake) mistakes.push(mistake)
      if (mistake?.kind === 'unknownOption') {
        // The next word may be its value or the command.
        if (!command.run) break
        // `-where` is one mistake, not `-w -h -e -r -e`.
        unreadable = token.index
      }
      if (option === helpOption) asksHelp = true
      else if (option === versionOption) asksVersion = true
      else if (option && !mistake) options[toName(option)] = readValue(token, option, options)
    } else if (token.kind === 'positional') {
      const word = token.value
      if (operands.length === 0 && word === 'help' && takesHelp(command)) {
        asksHelp = true
        continue
      }
      const words = operands.length > 0 ? [] : findCommands(word, tokens.slice(i + 1), tables, read())
      const [next, ...others] = words
      if (next)
        return readBehind(args.slice(token.index + 1), tables, { ...read(), path: [...before.path, next, ...others] })
      operands.push(word)
      if (command.run) continue
      mistakes.push({ kind: 'unknownCommand', word })
      break
    }
  }
  return read()
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

function findMistake(
  { rawName, value }: OptionToken,
  option: CommandOption | undefined,
  arg = rawName,
): Mistake | undefined {
  if (!option) return { kind: 'unknownOption', name: rawName.startsWith('--') ? rawName : arg }
  if (option === versionOption && value !== undefined) return { kind: 'versionNotAlone' }
  if (option.value === undefined) return value === undefined ? undefined : { kind: 'valueUnexpected', option }
  if (value === undefined) return { kind: 'valueMissing', option }
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
  tables: CommandTables,
  { path, asksHelp }: Reading,
): readonly Command[] {
  const { commands = [] } = commandOf(path)
  const command = findCommand(commands, word)
  if (commands === tables.commands && isTemplate(word, nextWord(following, path), tables)) {
    // `help set`: the help that is possible without a template.
    const verb = asksHelp ? findCommand(tables.templateCommands, word) : undefined
    return verb ? [createTemplateCommand('TEMPLATE', tables), verb] : [createTemplateCommand(word, tables)]
  }
  return command ? [command] : []
}

/**
 * Whether a command line that begins with these words is about a template: its first word is not a command, or is
 * followed by a template's command. `import help` is about the command nevertheless.
 */
function isTemplate(first: string, second: string, { commands, templateCommands }: CommandTables): boolean {
  if (!/^[a-z][a-z0-9_]*$/i.test(first)) return false
  return !findCommand(commands, first) || (second !== 'help' && findCommand(templateCommands, second) !== undefined)
}

/** The next word; empty if it comes after an option that only some commands have. */
function nextWord(tokens: readonly Token[], path: CommandPath): string {
  const known = optionsOf(commandOf(path))
  const token = tokens.find(
    (one) =>
      one.kind === 'positional' ||
      (one.kind === 'option' && !known.some(({ long, short }) => one.rawName === long || one.rawName === short)),
  )
  return token?.kind === 'positional' ? token.value : ''
}
