import type { Command } from './command.ts'
import { templatesFromPythonCommand } from './templates-from-python.ts'
import { templatesPlanCommand } from './templates-plan.ts'
import { templatesPurgeCommand } from './templates-purge.ts'

/** `registry templates check [DIR]`: checks a folder of templates, the roles of ACCESS_DIR and the webhooks of WEBHOOKS_DIR, like the server at its start, without a database. */
const templatesCheckCommand: Command = {
  name: 'check',
  description: 'check a folder of object templates, the roles of ACCESS_DIR and the webhooks of WEBHOOKS_DIR',
  operands: [{ name: 'DIR', description: 'the folder; TEMPLATES_DIR, or object-templates, if not given' }],
  examples: ['registry templates check', 'registry templates check other-templates'],
  async run([directory]) {
    const { checkTemplates } = await import('../check-templates.ts')
    return checkTemplates(directory)
  },
}

/** `registry templates …` */
export const templatesCommand: Command = {
  name: 'templates',
  description: 'work with object templates',
  commands: [templatesCheckCommand, templatesPlanCommand, templatesPurgeCommand, templatesFromPythonCommand],
}
