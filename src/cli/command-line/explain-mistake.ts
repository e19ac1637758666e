import { nearestName } from '../../template/suggest.ts'
import { findMeantTemplate } from '../arguments/find-template.ts'
import { CliError, createUsageError, exitCodes } from '../cli-error.ts'
import { type CommandOption, findCommand } from '../commands/command.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import type { TemplateList } from '../connection/template.ts'
import { printInline } from '../output/print-safely.ts'
import { writeError } from '../output/terminal.ts'
import { type CommandPath, commandOf, optionsOf, printPath, templateOf, visibleCommands } from './command-path.ts'
import type { CommandLine } from './parse-command-line.ts'
import { printHelp, printUsage } from './print-help.ts'
import type { Mistake } from './read-command-line.ts'
import { commandsElsewhere, innerCommandsElsewhere, optionsElsewhere, verbsElsewhere } from './words-people-bring.ts'

/** Explains what is wrong with a command line: throws a usage error, or prints the help and returns the exit code. */
export async function explainMistake({
  path,
  mistake,
  options,
}: Extract<CommandLine, { kind: 'mistake' }>): Promise<number> {
  const isOpen = mistake.kind === 'commandMissing' || mistake.kind === 'unknownOption'
  if (isOpen && commandOf(path).commands === path[0].templateCommands) await assertTemplate(path, mistake, options)
  if (mistake.kind === 'unknownCommand' && templateOf(path) !== '') await assertWordOrder(path, mistake.word, options)
  if (mistake.kind !== 'commandMissing') throw createUsageError(describe(mistake, path))
  writeError(await printHelp(path, 2))
  return exitCodes.usage
}

function describe(mistake: Exclude<Mistake, { kind: 'commandMissing' }>, path: CommandPath): string {
  const command = commandOf(path)
  switch (mistake.kind) {
    case 'unknownCommand':
      return `unknown command '${printInline(mistake.word)}'${suggestCommand(mistake.word, path)}`
    case 'unknownOption':
      return `unknown option '${printInline(mistake.name)}'${suggestOption(mistake.name, path)}`
    case 'valueMissing':
      return `${mistake.option.long} takes a value: ${mistake.option.long} <${mistake.option.value}>`
    case 'valueUnexpected':
      return `${mistake.option.long} takes no value.`
    case 'wrongValue':
      return describeChoice(mistake.option.long, mistake.value, mistake.option.choices)
    case 'wrongOperand':
      return describeChoice(mistake.operand.name, mistake.value, mistake.operand.choices)
    case 'operandEmpty':
      return `${mistake.operand.name} is empty: "" is neither a name nor a value. Is a variable not set?`
    case 'operandMissing':
      return `${mistake.operand.name} is missing.\n${printUsage(path)}`
    case 'tooManyOperands': {
      const { length } = command.operands ?? []
      const takes = length === 0 ? 'no arguments' : length === 1 ? 'one argument' : `${length} arguments`
      const [first = ''] = mistake.operands
      // `registry ls image`
      const verb = verbsElsewhere[command.name]
      const meant = length === 0 && path.length === 2 && verb !== undefined && isName(first)
      const remedy = meant ? `\n(Did you mean registry ${first} ${verb}?)` : ''
      return `${printPath(path)} takes ${takes}; ${JSON.stringify(mistake.operands[length])} is one too many.${remedy}`
    }
    case 'versionNotAlone':
      return '--version prints the version of registry and accepts nothing else. Write a field as name=value.'
  }
}

function describeChoice(name: string, value: string, choices: readonly string[] = []): string {
  return `${name} accepts one of ${choices.join(', ')}, not ${JSON.stringify(value)}.`
}

/** What was meant by a word that is no command: of a template, of `templates`, or of `registry`. */
function suggestCommand(word: string, path: CommandPath): string {
  const command = commandOf(path)
  const isOfTemplate = command.commands === path[0].templateCommands
  const inner = path.length > 1 ? (innerCommandsElsewhere[command.name] ?? {}) : commandsElsewhere
  const elsewhere = isOfTemplate ? verbsElsewhere : inner
  const known = lookUp(elsewhere, word)
  if (known !== undefined) return printRemedy(isOfTemplate ? `${printPath(path)} ${known}` : `registry ${known}`)
  if (isOfTemplate && word.includes('=')) return printRemedy(`${printPath(path)} get ${printInline(word)}`)
  const names = visibleCommands(command).map(({ name }) => name)
  const near = nearestName(word, names)
  return near === undefined && isOfTemplate ? `\nThe commands are: ${names.join(', ')}` : printRemedy(near)
}

function suggestOption(written: string, path: CommandPath): string {
  const bare = written.replace(/^--?/, '').replace(/=.*$/su, '')
  const options = listOptions(path)
  const hasChoice = (format: string) =>
    options.some(({ short, choices }) => short === '-o' && choices?.includes(format))
  const known = lookUp(optionsElsewhere, bare)?.find((remedy) => {
    const [name, value = ''] = remedy.split(' ')
    return name === '-o' ? hasChoice(value) : options.some(({ long }) => long === name)
  })
  if (known !== undefined) return printRemedy(known)
  // Compare without the hyphens, which all options share.
  const near = nearestName(
    bare,
    options.map(({ long }) => long.replace(/^--/, '')),
  )
  if (near !== undefined) return printRemedy(`--${near}`)
  const takesFields = commandOf(path).operands?.some(({ name }) => name.includes('field=value'))
  return takesFields && written.startsWith('--') ? '\n(A field is written without hyphens: name=value)' : ''
}

/** The options of the command, or of those that it may become: `registry --json image get`. */
function listOptions(path: CommandPath): readonly CommandOption[] {
  const command = commandOf(path)
  const others = command.run
    ? []
    : [...(command.commands ?? []), ...(path.length === 1 ? path[0].templateCommands : [])]
  return [command, ...others].flatMap(optionsOf)
}

function printRemedy(remedy: string | undefined): string {
  return remedy === undefined ? '' : `\n(Did you mean ${remedy}?)`
}

/** `registry set name=a` */
function describeVerb(verb: string): string {
  return `${verb} needs the name of a template before it: registry TEMPLATE ${verb} …\nList the templates with: registry ls`
}

/** Throws a usage error for `registry get image`, unless there is a template called `get`. */
async function assertWordOrder(path: CommandPath, word: string, options: CommonOptions): Promise<void> {
  const first = templateOf(path)
  const verb = findVerb(first, path)
  const command = lookUp(commandsElsewhere, first)
  if (verb === undefined && command === undefined) return
  const templates = await loadTemplates({ ...options, timeout: options.timeout ?? '2' })
  if (templates?.some(({ name }) => name === first)) return
  // `images`, and `image/ubuntu`
  const [name = ''] = word.split(/[/:]/)
  const meant = templates ? findMeantTemplate(name, templates)?.name : isName(name) ? name : undefined
  if (verb !== undefined && meant !== undefined)
    throw createUsageError(`The name of the template comes first: registry ${meant} ${verb}`)
  throw createUsageError(
    command === undefined ? describeVerb(verb ?? first) : `unknown command '${first}'\nDid you mean "${command}"?`,
  )
}

/** Throws a usage error for `registry shcema`: a word alone is the name of a template, or a command that was mistyped. */
async function assertTemplate(path: CommandPath, mistake: Mistake, options: CommonOptions): Promise<void> {
  const first = templateOf(path)
  const templates = await loadTemplates(options)
  if (templates?.some(({ name }) => name === first)) return
  if (findCommand(path[0].templateCommands, first)) throw createUsageError(describeVerb(first))
  const verb = lookUp(verbsElsewhere, first)
  const commands = visibleCommands(path[0]).map(({ name }) => name)
  const near =
    lookUp(commandsElsewhere, first) ??
    (templates && findMeantTemplate(first, templates)?.name) ??
    (verb === undefined
      ? nearestName(first, [...commands, 'help', ...(templates ?? []).map(({ name }) => name)])
      : undefined)
  if (!templates && near === undefined && verb === undefined && mistake.kind !== 'commandMissing') return
  const remedy = near === undefined ? '' : `\nDid you mean "${near}"?`
  throw createUsageError(
    `unknown command '${first}'${remedy === '' && verb !== undefined ? `\n${describeVerb(verb)}` : remedy}`,
  )
}

/** Our name for what is done with the objects of a template: `get` for `list`. */
function findVerb(word: string, [root]: CommandPath): string | undefined {
  return findCommand(root.templateCommands, word)?.name ?? lookUp(verbsElsewhere, word)
}

function isName(word: string): boolean {
  return /^[a-z][a-z0-9_]*$/i.test(word)
}

function lookUp<Meaning>(table: Readonly<Record<string, Meaning>>, word: string): Meaning | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

/** Undefined if no registry can be reached in time. */
async function loadTemplates(options: CommonOptions): Promise<TemplateList | undefined> {
  try {
    return await loadTemplateList(await openConnection({ ...options, retries: '0' }))
  } catch (error) {
    const isAway =
      error instanceof CliError && [exitCodes.unreachable, exitCodes.timeout].some((code) => code === error.exitCode)
    if (isAway) return undefined
    throw error
  }
}
