import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

export interface PlanOptions extends CommonOptions {
  readonly output: 'text' | 'json' | 'markdown'
  readonly operations?: readonly string[]
}

/** `registry templates plan [DIR]`: what a folder of templates would do to the objects of a running registry. */
export const templatesPlanCommand: Command<PlanOptions> = {
  name: 'plan',
  description: 'show what a folder of object templates would change in the registry; exit 4 if it needs consent',
  operands: [{ name: 'DIR', description: 'the folder; TEMPLATES_DIR, or object-templates, if not given' }],
  options: [
    {
      long: '--output',
      short: '-o',
      value: 'format',
      description: 'the output format',
      choices: ['text', 'json', 'markdown'],
      default: 'text',
    },
    {
      long: '--operations',
      value: 'glob',
      description:
        'also name the saved GraphQL operations (.graphql, .gql) that would break: a file, a folder, or a glob in quotes; can be repeated',
      isList: true,
    },
  ],
  examples: [
    'registry templates plan',
    "registry templates plan object-templates -o markdown --operations 'ci/**/*.graphql'",
  ],
  async run([directory], options) {
    // Only this command needs the schema, which takes longer to load than other commands take to run.
    const { planTemplates } = await import('../templates/plan-templates.ts')
    return planTemplates(directory, options)
  },
}
