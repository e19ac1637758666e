import type { Call, Command, CommandOption } from '../commands/command.ts'
import { commands, findCommand, isAboutTemplate, listWords, templateCommands } from '../commands/commands.ts'
import { commonOptions } from '../commands/common-options.ts'

/**
 * Reads a command line in its plain form: the words of a command, then operands and options, each by itself. Gives
 * `undefined` for everything else, such as help, mistakes, `-qo json` and options in front: `parseCall` reads these. It
 * understands everything, and what both understand in the same way; but it takes as long to load as a request takes.
 */
export function parsePlainCall(args: readonly string[]): Call | undefined {
  const [first = '', second = ''] = listWords(args)
  if (first !== args[0]) return undefined
  if (!isAboutTemplate(first, second)) return parseWords(findCommand(commands, first), args.slice(1))
  return second === args[1] ? parseRest(findCommand(templateCommands, second), args.slice(2), first) : undefined
}

function parseWords(command: Command | undefined, args: readonly string[]): Call | undefined {
  if (!command?.commands) return parseRest(command, args, '')
  return parseWords(findCommand(command.commands, args[0]), args.slice(1))
}

function parseRest(command: Command | undefined, args: readonly string[], template: string): Call | undefined {
  if (!command) return undefined
  const known = [...(command.options ?? []), ...commonOptions]
  const operands: string[] = []
  const options: Record<string, string | boolean | readonly string[]> = {}
  for (const option of known) if (option.default !== undefined) options[toName(option)] = option.default
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg)
      continue
    }
    const [, flag, joined] = /^(--[^=]+)=(.*)$/s.exec(arg) ?? [arg, arg]
    const option = known.find(({ long, short }) => flag === long || flag === short)
    if (!option) return undefined
    const name = toName(option)
    if (option.value === undefined) {
      if (joined !== undefined) return undefined
      options[name] = true
      continue
    }
    const value = joined ?? args[++i]
    if (value === undefined || option.choices?.includes(value) === false) return undefined
    options[name] = option.isList ? [...((options[name] ?? []) as readonly string[]), value] : value
  }
  return areOperandsRight(command, operands) ? { command, operands, options, template } : undefined
}

/** `--order-by` → `orderBy`, as commander names it. */
function toName({ long }: CommandOption): string {
  return long.slice('--'.length).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function areOperandsRight({ operands: wanted = [] }: Command, given: readonly string[]): boolean {
  const required = wanted.filter(({ isRequired }) => isRequired).length
  if (given.length < required || (given.length > wanted.length && !wanted.at(-1)?.isList)) return false
  return given.every((text, i) => wanted[i]?.choices?.includes(text) !== false)
}
