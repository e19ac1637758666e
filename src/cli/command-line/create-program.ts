import { Argument, Command as Commander, Option } from 'commander'
import type { Call, Command, CommandOption } from '../commands/command.ts'
import { commands, isAboutTemplate, listWords, templateCommands } from '../commands/commands.ts'
import { commonOptions } from '../commands/common-options.ts'
import { printSafely } from '../output/print-safely.ts'
import { printErrorLabel } from '../output/print-style.ts'
import { writeError, writeOut, writeStyled } from '../output/terminal.ts'
import { readVersion } from '../read-version.ts'
import { addVersionOptions } from './add-version-options.ts'
import { explainName } from './explain-name.ts'

/**
 * The command line `registry` as commander knows it, for these arguments: the commands of a template are made for the
 * one that they name. What is called is handed over.
 */
export function createProgram(args: readonly string[], onCall: (call: Call) => void): Commander {
  const program = new Commander('registry')
    .description('A registry of typed objects: YAML templates become a GraphQL API over PostgreSQL.')
    .helpOption('-h, --help', 'print this help')
    .version(readVersion(), '-V, --version', 'print the version')
    .showSuggestionAfterError()
    // Else `--order-by -quantity` would be read as -q.
    .enablePositionalOptions()
    // Every command has options.
    .configureHelp({
      subcommandTerm: (command) =>
        `${command.name()} ${command.usage().replace(/\[(options|command)\] ?/g, '')}`.trim(),
    })
    .configureOutput({
      writeOut,
      writeErr: writeError,
      outputError: (text) => writeStyled(2, printSafely(text).replace(/^error:/, printErrorLabel())),
    })
    .exitOverride()
  addOptions(program, commonOptions)
  addCommands(program, args, onCall)
  addVersionOptions(program, args)
  program.addHelpText('after', listTemplateCommands())
  addExamples(program, [
    'registry serve',
    'registry ls',
    'registry image set name=a lts=true',
    'registry image get lts=true | jq',
  ])
  return program
}

function addCommands(program: Commander, args: readonly string[], onCall: (call: Call) => void): void {
  const words = listWords(args)
  // `help image` is `image --help`.
  const [first = '', second = ''] = words[0] === 'help' ? [words[1]] : words
  const isTemplate = isAboutTemplate(first, second)
  for (const command of commands) if (!isTemplate || command.name !== first) addCommand(program, command, '', onCall)
  if (!isTemplate) return
  const template = program
    .command(first, { hidden: true })
    .description(`Work with the objects of the template ${first}.`)
    .helpCommand(false)
  addCommonOptions(template)
  for (const command of templateCommands) addCommand(template, command, first, onCall)
  addExamples(template, [`registry ${first} help`, `registry ${first} get`])
  // With nothing behind it, the name may as well be a mistyped command.
  if (second === '') template.action(() => explainName(program, template))
}

function addCommand(parent: Commander, definition: Command, template: string, onCall: (call: Call) => void): void {
  const { name, description, operands = [], options = [], examples = [], isHidden = false } = definition
  const command = parent.command(name, { hidden: isHidden }).description(description)
  for (const operand of operands) {
    const { isRequired, isList } = operand
    const name = `${operand.name}${isList ? '...' : ''}`
    const argument = new Argument(isRequired ? `<${name}>` : `[${name}]`, operand.description)
    command.addArgument(operand.choices ? argument.choices(operand.choices) : argument)
  }
  addOptions(command, options)
  addCommonOptions(command)
  addExamples(command, examples)
  for (const inner of definition.commands ?? []) addCommand(command, inner, template, onCall)
  if (!definition.run) return
  command.action(() => onCall({ command: definition, operands: command.args, options: optionsOf(command), template }))
}

function addCommonOptions(command: Commander): void {
  const group = 'Global options:'
  addOptions(command.optionsGroup(group), commonOptions)
  command.addHelpOption(new Option('-h, --help', 'print this help').helpGroup(group))
}

function addOptions(command: Commander, options: readonly CommandOption[]): void {
  for (const { long, short, value, description, choices, default: fallback, isList } of options) {
    const flags = short === undefined ? long : `${short}, ${long}`
    const option = new Option(value === undefined ? flags : `${flags} <${value}>`, description)
    if (choices) option.choices(choices)
    if (fallback !== undefined) option.default(fallback)
    if (isList) option.argParser((text: string, before: readonly string[] = []) => [...before, text])
    command.addOption(option)
  }
}

/** What stands nearest counts. */
function optionsOf(command: Commander): object {
  return { ...(command.parent && optionsOf(command.parent)), ...command.opts() }
}

/** Shows how a command is used, below its help. */
function addExamples(command: Commander, examples: readonly string[]): void {
  if (examples.length === 0) return
  const lines = examples.map((example) => `  $ ${example}`).join('\n')
  command.addHelpText('after', `\nExample${examples.length === 1 ? '' : 's'}:\n${lines}`)
}

function listTemplateCommands(): string {
  const lines = templateCommands.map(({ name, description }) => `  ${`<template> ${name}`.padEnd(23)} ${description}`)
  return `\nWith a template that \`registry ls\` lists, such as image:\n${lines.join('\n')}`
}
