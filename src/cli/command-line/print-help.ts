import type { Command, CommandOption, HelpSection, Operand } from '../commands/command.ts'
import { commonOptions } from '../commands/common-options.ts'
import {
  type CommandPath,
  commandOf,
  helpOption,
  printPath,
  takesHelp,
  versionOption,
  visibleCommands,
} from './command-path.ts'

/** The left side of a line of help and the text on its right. */
type Row = HelpSection['rows'][number]

/** The widest column of terms; a longer term has its text on the next line. */
const longestTerm = 28

/** The help of the command that a path leads to, for people who read stdout (1) or stderr (2). */
export async function printHelp(path: CommandPath, descriptor: 1 | 2 = 1): Promise<string> {
  const width = (descriptor === 1 ? process.stdout : process.stderr).columns ?? 80
  const command = commandOf(path)
  const details = (await command.details?.()) ?? []
  const sections = [...listSections(path), ...details].filter(({ rows }) => rows.length > 0)
  const lengths = sections.flatMap(({ rows }) => rows.map(({ term }) => term.length))
  const column = Math.max(...lengths.filter((length) => length <= longestTerm))
  const { examples = [] } = command
  return [
    printUsage(path),
    wrap(command.description, width).join('\n'),
    ...sections.map(({ title, rows }) => `${title}:\n${rows.map((row) => printRow(row, column, width)).join('\n')}`),
    ...(examples.length > 0
      ? [`Example${examples.length === 1 ? '' : 's'}:\n${examples.map((example) => `  $ ${example}`).join('\n')}`]
      : []),
  ]
    .map((part) => `${part}\n`)
    .join('\n')
}

/** `Usage: registry query [options] <FILE>` */
export function printUsage(path: CommandPath): string {
  const { commands, operands = [] } = commandOf(path)
  const parts = [printPath(path), '[options]', ...(commands ? ['[command]'] : []), ...operands.map(printOperand)]
  return `Usage: ${parts.join(' ')}`
}

function listSections(path: CommandPath): readonly HelpSection[] {
  const command = commandOf(path)
  const isRoot = path.length === 1
  const { operands = [], options = [] } = command
  return [
    {
      title: 'Arguments',
      rows: operands.map(({ name, description, choices }) => ({ term: name, text: addChoices(description, choices) })),
    },
    { title: 'Options', rows: [...options, ...(isRoot ? [versionOption] : [])].map(toRow) },
    {
      title: 'Global options',
      rows: [...commonOptions.filter(({ long }) => !options.some((own) => own.long === long)), helpOption].map(toRow),
    },
    { title: 'Commands', rows: listCommands(command) },
    {
      title: 'With a template that `registry ls` lists, such as image',
      rows: isRoot
        ? path[0].templateCommands.map(({ name, description }) => ({ term: `<template> ${name}`, text: description }))
        : [],
    },
  ]
}

function listCommands(command: Command): readonly Row[] {
  const rows = visibleCommands(command).map(({ name, operands = [], description }) => ({
    term: [name, ...operands.map(printOperand)].join(' '),
    text: description,
  }))
  return takesHelp(command) ? [...rows, { term: 'help [command]', text: 'print the help of a command' }] : rows
}

function toRow({ long, short, value, description, choices, default: fallback }: CommandOption): Row {
  const flags = short === undefined ? long : `${short}, ${long}`
  return { term: value === undefined ? flags : `${flags} <${value}>`, text: addChoices(description, choices, fallback) }
}

/** `how to print: json (if not given), ndjson, table` */
function addChoices(description: string, choices: readonly string[] = [], fallback?: string): string {
  if (choices.length === 0) return description
  const names = choices.map((choice) => (choice === fallback ? `${choice} (if not given)` : choice))
  return `${description}: ${names.join(', ')}`
}

function printOperand({ name, isRequired, isList }: Operand): string {
  const whole = `${name}${isList ? '...' : ''}`
  return isRequired ? `<${whole}>` : `[${whole}]`
}

function printRow({ term, text }: Row, column: number, width: number): string {
  const lines = wrap(text, Math.max(width - column - 4, 30))
  const indent = ' '.repeat(column + 4)
  const [first = '', ...others] = lines
  const begin = term.length > column ? [`  ${term}`, indent + first] : [`  ${term.padEnd(column)}  ${first}`]
  return [...begin, ...others.map((line) => indent + line)].join('\n')
}

/** The lines of a text, broken at spaces. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
