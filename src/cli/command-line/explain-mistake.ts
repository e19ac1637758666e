import { CliError, createUsageError, exitCodes } from '../cli-error.ts'
import { findCommand } from '../commands/command.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import { writeError } from '../output/terminal.ts'
import { type CommandPath, commandOf, optionsOf, printPath, templateOf, visibleCommands } from './command-path.ts'
import type { CommandLine } from './parse-command-line.ts'
import { printHelp, printUsage } from './print-help.ts'
import type { Mistake } from './read-command-line.ts'
import { findNear } from './suggest.ts'

/** Explains what is wrong with a command line: throws a usage error, or prints the help and returns the exit code. */
export async function explainMistake({
  path,
  mistake,
  options,
}: Extract<CommandLine, { kind: 'mistake' }>): Promise<number> {
  const isOpen = mistake.kind === 'commandMissing' || mistake.kind === 'unknownOption'
  if (isOpen && commandOf(path).commands === path[0].templateCommands) await assertTemplate(path, mistake, options)
  if (mistake.kind !== 'commandMissing') throw createUsageError(describe(mistake, path))
  writeError(printHelp(path, 2))
  return exitCodes.usage
}

function describe(mistake: Exclude<Mistake, { kind: 'commandMissing' }>, path: CommandPath): string {
  const command = commandOf(path)
  switch (mistake.kind) {
    case 'unknownCommand': {
      const template = templateOf(path)
      if (findCommand(path[0].templateCommands, template)) return describeVerb(template)
      const names = visibleCommands(command).map(({ name }) => name)
      return `unknown command '${mistake.word}'${suggestInBrackets(mistake.word, names)}`
    }
    case 'unknownOption':
      return `unknown option '${mistake.name}'${suggestInBrackets(
        mistake.name,
        optionsOf(command).map(({ long }) => long),
      )}`
    case 'valueMissing':
      return `${mistake.option.long} takes a value: ${mistake.option.long} <${mistake.option.value}>`
    case 'valueUnexpected':
      return `${mistake.option.long} takes no value.`
    case 'wrongValue':
      return describeChoice(mistake.option.long, mistake.value, mistake.option.choices)
    case 'wrongOperand':
      return describeChoice(mistake.operand.name, mistake.value, mistake.operand.choices)
    case 'operandMissing':
      return `${mistake.operand.name} is missing.\n${printUsage(path)}`
    case 'tooManyOperands': {
      const { length } = command.operands ?? []
      const takes = length === 0 ? 'no arguments' : length === 1 ? 'one argument' : `${length} arguments`
      return `${printPath(path)} takes ${takes}; ${JSON.stringify(mistake.operands[length])} is one too many.`
    }
    case 'versionNotAlone':
      return '--version prints the version of registry and accepts nothing else. Write a field as name=value.'
  }
}

function describeChoice(name: string, value: string, choices: readonly string[] = []): string {
  return `${name} accepts one of ${choices.join(', ')}, not ${JSON.stringify(value)}.`
}

function suggestInBrackets(given: string, known: readonly string[]): string {
  // Compare without the hyphens, which all options share.
  const bare = new Map(known.map((name) => [name.replace(/^--/, ''), name]))
  const near = findNear(given.replace(/^--?/, ''), [...bare.keys()])
  return near === undefined ? '' : `\n(Did you mean ${bare.get(near)}?)`
}

/** `registry set name=a` */
function describeVerb(verb: string): string {
  return `${verb} needs the name of a template before it: registry TEMPLATE ${verb} …\nList the templates with: registry ls`
}

/** Throws a usage error for `registry shcema`: a word alone is the name of a template, or a command that was mistyped. */
async function assertTemplate(path: CommandPath, mistake: Mistake, options: CommonOptions): Promise<void> {
  const name = templateOf(path)
  const templates = await listTemplateNames(options)
  if (templates?.includes(name)) return
  if (findCommand(path[0].templateCommands, name)) throw createUsageError(describeVerb(name))
  const commands = visibleCommands(path[0]).map((command) => command.name)
  const near = findNear(name, [...commands, 'help', ...(templates ?? [])])
  if (!templates && near === undefined && mistake.kind !== 'commandMissing') return
  throw createUsageError(`unknown command '${name}'${near === undefined ? '' : `\nDid you mean "${near}"?`}`)
}

/** Undefined if no registry can be reached. */
async function listTemplateNames(options: CommonOptions): Promise<readonly string[] | undefined> {
  try {
    const templates = await loadTemplateList(await openConnection({ ...options, retries: '0' }))
    return templates.map((template) => template.name)
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.unreachable) return undefined
    throw error
  }
}
