import type { Command, RootCommand } from '../commands/command.ts'
import { type CommandPath, commandOf, templateOf } from './command-path.ts'
import { type Mistake, type OptionValues, type Reading, readCommandLine, toName } from './read-command-line.ts'

/** A parsed command line. */
export type CommandLine =
  | {
      readonly kind: 'call'
      readonly path: CommandPath
      readonly command: Command
      readonly operands: readonly string[]
      /** With the defaults of those that are not given. */
      readonly options: OptionValues
      /** The word before a template's command; otherwise empty. */
      readonly template: string
    }
  | { readonly kind: 'help'; readonly path: CommandPath }
  | { readonly kind: 'version' }
  | { readonly kind: 'mistake'; readonly path: CommandPath; readonly mistake: Mistake; readonly options: OptionValues }

/** Parses the arguments of `registry`. */
export function parseCommandLine(args: readonly string[], root: RootCommand): CommandLine {
  // Alone, `-v` is the version, as with many programs; behind `query` it is a variable.
  if (args.length === 1 && args[0] === '-v') return { kind: 'version' }
  const reading = readCommandLine(args, root)
  const { path, operands, options, mistakes } = reading
  const [first] = mistakes
  if (first?.kind === 'unknownCommand') return { kind: 'mistake', path, mistake: first, options }
  if (reading.asksHelp) return { kind: 'help', path }
  const mistake = findMistake(reading)
  if (mistake) return { kind: 'mistake', path, mistake, options }
  if (reading.asksVersion) return { kind: 'version' }
  const command = commandOf(path)
  return {
    kind: 'call',
    path,
    command,
    operands,
    options: { ...defaultsOf(command), ...options },
    template: templateOf(path),
  }
}

function findMistake({ path, operands, options, asksVersion, mistakes }: Reading): Mistake | undefined {
  const { run } = commandOf(path)
  if (asksVersion) {
    // In `image set name=a --version 20.04`, a field was meant; printing the version would look like a success.
    const hasOptions = path.length > 1 && Object.keys(options).length > 0
    return operands.length === 0 && mistakes.length === 0 && !hasOptions ? undefined : { kind: 'versionNotAlone' }
  }
  const [first] = mistakes
  if (first) return first
  return run ? findWrongOperand(commandOf(path), operands) : { kind: 'commandMissing' }
}

function findWrongOperand(
  { operands: wanted = [], isHidden = false }: Command,
  given: readonly string[],
): Mistake | undefined {
  const missing = wanted.find(({ isRequired }, i) => isRequired && i >= given.length)
  if (missing) return { kind: 'operandMissing', operand: missing }
  if (given.length > wanted.length && !wanted.some(({ isList }) => isList))
    return { kind: 'tooManyOperands', operands: given }
  // Mostly a variable of the shell that is not set. As the name of a folder, it would mean the current one.
  const empty = given.indexOf('')
  const operand = wanted[Math.min(empty, wanted.length - 1)]
  if (empty >= 0 && operand && !isHidden) return { kind: 'operandEmpty', operand }
  for (const [i, operand] of wanted.entries()) {
    const value = given[i]
    if (value !== undefined && operand.choices?.includes(value) === false)
      return { kind: 'wrongOperand', operand, value }
  }
  return undefined
}

function defaultsOf({ options = [] }: Command): OptionValues {
  return Object.fromEntries(
    options.flatMap((option) => (option.default === undefined ? [] : [[toName(option), option.default]])),
  )
}
