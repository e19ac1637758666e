import { Command } from 'commander'
import { addExamples } from './add-examples.ts'
import { addCompletion } from './completion.ts'
import { addExport } from './export-command.ts'
import { addFlush } from './flush-command.ts'
import { addImport } from './import-command.ts'
import { addJunit } from './junit-command.ts'
import { addLs } from './ls.ts'
import { commonDefaults } from './open-connection.ts'
import { printSafely } from './print-safely.ts'
import { printErrorLabel } from './print-style.ts'
import { addQuery } from './query.ts'
import { readVersion } from './read-version.ts'
import { addSchema } from './schema.ts'
import { addServe } from './serve.ts'
import { addTemplateCommands, isTemplateCommand, templateCommands } from './template-commands.ts'
import { addTemplates } from './templates-check.ts'
import { writeError, writeOut, writeStyled } from './terminal.ts'

/** What can be done besides. A new command is a file, and its name here. */
const commands = [
  addServe,
  addLs,
  addSchema,
  addQuery,
  addImport,
  addExport,
  addJunit,
  addFlush,
  addTemplates,
  addCompletion,
] as const

/**
 * The command line `registry`, for these arguments: the commands of a template are made for the one that they name.
 * Each command is a file that adds itself, and loads what only it needs when it runs.
 */
export function createProgram(args: readonly string[]): Command {
  const program = new Command('registry')
    .description('A registry of typed objects: YAML templates become a GraphQL API over PostgreSQL.')
    .helpOption('-h, --help', 'print this help')
    .option('-V, --version', 'print the version')
    .option('--url <url>', `the registry; REGISTRY_URL, or ${commonDefaults.url}, if not given`)
    .option('--timeout <seconds>', `how long to wait for an answer; ${commonDefaults.timeout} if not given`)
    .option(
      '--retries <n>',
      `how often to try again while the registry is away; ${commonDefaults.retries} if not given`,
    )
    .option('-q, --quiet', 'print nothing but what was asked for')
    .option('--verbose', 'tell on stderr what happens')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut,
      writeErr: writeError,
      outputError: (text) => writeStyled(2, printSafely(text).replace(/^error:/, printErrorLabel())),
    })
    .exitOverride()
    .on('option:version', () => {
      writeOut(`${readVersion()}\n`)
      process.exit(0)
    })
  addCommands(program, args)
  program.addHelpText('after', listTemplateCommands())
  addExamples(program, [
    'registry serve',
    'registry ls',
    'registry image set name=a lts=true',
    'registry image get lts=true | jq',
  ])
  return program
}

function listTemplateCommands(): string {
  const lines = Object.entries(templateCommands).map(
    ([word, { summary }]) => `  ${`<template> ${word}`.padEnd(23)} ${summary}`,
  )
  return `\nWith a template that \`registry ls\` lists, such as image:\n${lines.join('\n')}`
}

/**
 * A first word that is no command is the name of a template. With one of a template's commands behind it, it is one for
 * certain, even if it is a command too; then nothing else is added, which saves the time.
 */
function addCommands(program: Command, args: readonly string[]): void {
  const [first = '', second = ''] = listWords(program, args)
  const isName = /^[a-z][a-z0-9_]*$/i.test(first) && first !== 'help'
  if (isName && second !== 'help' && isTemplateCommand(second)) {
    addTemplateCommands(program, first, [second])
    return
  }
  for (const add of commands) add(program)
  if (!isName || program.commands.some((command) => command.name() === first)) return
  const isAlone = second === '' && !args.includes('--help') && !args.includes('-h')
  addTemplateCommands(program, first, undefined, isAlone)
}

/** The first two words that are neither options nor their values. */
function listWords(program: Command, args: readonly string[]): readonly string[] {
  const takesValue = new Set(program.options.filter((option) => option.required).map((option) => option.long))
  return args.filter((arg, i) => !arg.startsWith('-') && !takesValue.has(args[i - 1])).slice(0, 2)
}
