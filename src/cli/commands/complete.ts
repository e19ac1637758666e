import { writeOut } from '../output/terminal.ts'
import type { Command, RootCommand } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface CompleteOptions extends CommonOptions {
  readonly line?: string
}

/** `registry complete`, which the scripts of `registry completion` call. It is a function because the command is part of what it reads. */
export function createCompleteCommand(root: () => RootCommand): Command<CompleteOptions> {
  return {
    name: 'complete',
    description: 'print the completions of the last word',
    isHidden: true,
    operands: [{ name: 'words', isList: true, description: 'the command line, without its first word' }],
    options: [{ long: '--line', value: 'line', description: 'the command line, up to the cursor' }],
    async run(words, { line, ...options }) {
      const { listCompletions } = await import('../command-line/list-completions.ts')
      const given = line === undefined ? words : line.split(/\s+/).slice(1)
      writeOut(await listCompletions(given, options, root()))
    },
  }
}
