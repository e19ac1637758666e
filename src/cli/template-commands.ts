import type { Command } from 'commander'
import { addExamples } from './add-examples.ts'
import { addDelete } from './template-delete.ts'
import { addGet, addMarkdown } from './template-get.ts'
import { addHelp } from './template-help.ts'
import { addLast } from './template-last.ts'
import { addSet } from './template-set.ts'

/** What can be done with the objects of a template: its word, a summary for the top, and the command itself. */
export const templateCommands = {
  help: { summary: 'its description, key and fields', add: addHelp },
  set: { summary: 'create or update an object', add: addSet },
  get: { summary: 'print the objects that match', add: addGet },
  last: { summary: 'print the one updated last', add: addLast },
  delete: { summary: 'delete the objects that match', add: addDelete },
  markdown: { summary: 'print the objects that match as a Markdown table', add: addMarkdown },
} as const satisfies Record<string, { readonly summary: string; readonly add: (template: Command) => void }>

export type TemplateCommand = keyof typeof templateCommands

export function isTemplateCommand(word: string): word is TemplateCommand {
  return Object.hasOwn(templateCommands, word)
}

/**
 * The commands of one template, all or these, whose name is not known to be right yet: `registry image …`. With nothing
 * behind it, the name may as well be a mistyped command.
 */
export function addTemplateCommands(
  program: Command,
  name: string,
  words = Object.keys(templateCommands) as readonly TemplateCommand[],
  isAlone = false,
): void {
  const template = program
    .command(name, { hidden: true })
    .description(`Work with the objects of the template ${name}.`)
    .helpCommand(false)
  for (const word of words) templateCommands[word].add(template)
  addExamples(template, [`registry ${name} help`, `registry ${name} get`])
  if (!isAlone) return
  template.action(async () => {
    const { explainName } = await import('./explain-name.ts')
    await explainName(program, template)
  })
}
