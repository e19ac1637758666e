import type { Command } from './command.ts'
import { commonOptions } from './common-options.ts'
import { completeCommand, completionCommand } from './completion.ts'
import { exportCommand } from './export-command.ts'
import { flushCommand } from './flush-command.ts'
import { importCommand } from './import-command.ts'
import { junitCommand } from './junit-command.ts'
import { lsCommand } from './ls.ts'
import { queryCommand } from './query.ts'
import { schemaCommand } from './schema.ts'
import { serveCommand } from './serve.ts'
import { deleteCommand } from './template-delete.ts'
import { getCommand, markdownCommand } from './template-get.ts'
import { helpCommand } from './template-help.ts'
import { lastCommand } from './template-last.ts'
import { matrixCommand } from './template-matrix.ts'
import { setCommand } from './template-set.ts'
import { templatesCommand } from './templates-check.ts'

/** What can be done with the objects of a template, `registry image get`. A new command is a file, and its name here. */
export const templateCommands: readonly Command[] = [
  helpCommand,
  setCommand,
  getCommand,
  lastCommand,
  deleteCommand,
  markdownCommand,
  matrixCommand,
]

/** What can be done besides. */
export const commands: readonly Command[] = [
  serveCommand,
  lsCommand,
  schemaCommand,
  queryCommand,
  importCommand,
  exportCommand,
  junitCommand,
  flushCommand,
  templatesCommand,
  completionCommand,
  completeCommand,
]

export function findCommand(list: readonly Command[], name: string | undefined): Command | undefined {
  return list.find((command) => command.name === name)
}

/**
 * Whether a command line that begins with these words is about a template: its first word is no command, or has a
 * template's command behind it. `import help` is about the command all the same.
 */
export function isAboutTemplate(first: string, second: string): boolean {
  if (!/^[a-z][a-z0-9_]*$/i.test(first) || first === 'help') return false
  return !findCommand(commands, first) || (second !== 'help' && findCommand(templateCommands, second) !== undefined)
}

/** The first two words of a command line, between and behind options that every command has. */
export function listWords(args: readonly string[]): readonly string[] {
  const words: string[] = []
  for (let i = 0; i < args.length && words.length < 2; i++) {
    const arg = args[i] as string
    if (!arg.startsWith('-')) words.push(arg)
    else {
      const option = commonOptions.find(({ long, short }) => long === arg.split('=', 1)[0] || short === arg)
      if (!option) break
      if (option.value !== undefined && !arg.includes('=')) i++
    }
  }
  return words
}
