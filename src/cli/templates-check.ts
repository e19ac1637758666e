import type { Command } from 'commander'
import { addExamples } from './add-examples.ts'
import { addTemplatesFromPython } from './templates-from-python.ts'

/** `registry templates …`: what needs no server. */
export function addTemplates(program: Command): void {
  const templates = program.command('templates').description('work with object templates')
  addTemplatesCheck(templates)
  addTemplatesFromPython(templates)
}

/** `registry templates check [DIR]`: checks a folder of templates as the server does at its start, without a database. */
function addTemplatesCheck(templates: Command): void {
  const command = templates
    .command('check')
    .description('check a folder of object templates')
    .argument('[DIR]', 'the folder; TEMPLATES_DIR, or object-templates, if not given')
    .allowExcessArguments(false)
    .action(async (directory: string | undefined) => {
      const { checkTemplates } = await import('./check-templates.ts')
      process.exitCode = await checkTemplates(directory)
    })
  addExamples(command, ['registry templates check', 'registry templates check other-templates'])
}
