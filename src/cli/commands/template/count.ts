import { findTemplate } from '../../arguments/find-template.ts'
import { planFilter } from '../../arguments/plan-filter.ts'
import { withTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import { countObjects } from '../../connection/operations.ts'
import { writeOut } from '../../output/terminal.ts'
import type { Command } from '../command.ts'
import type { CommonOptions } from '../common-options.ts'
import { atOption } from './at-option.ts'

interface CountOptions extends CommonOptions {
  readonly where?: string
  readonly at?: string
  readonly githubOutput?: boolean
}

/** `registry image count [field=value…]`: prints how many objects match. */
export const countCommand: Command<CountOptions> = {
  name: 'count',
  description: 'print how many objects match',
  operands: [
    { name: 'field=value', isList: true, description: 'what to look for; field:=JSON for values other than text' },
  ],
  options: [
    { long: '--where', value: 'filter', description: 'as for get' },
    atOption,
    {
      long: '--output',
      short: '-o',
      value: 'format',
      description: 'the output format; a number is the same in all',
      choices: ['json', 'ndjson'],
      default: 'json',
    },
    { long: '--github-output', description: 'also append count to the file that $GITHUB_OUTPUT names' },
  ],
  examples: ['registry role count status=false', "registry role count --where 'image.distr=ubuntu'"],
  async run(assignments, options, name) {
    const github = options.githubOutput ? await import('../../output/github-output.ts') : undefined
    github?.assertGithubOutput()
    const connection = await openConnection(options)
    await withTemplateList(connection, async (templates) => {
      const template = findTemplate(templates, name)
      const where = planFilter(assignments, options.where, template, templates)
      const count = await countObjects(connection, template, { where, at: options.at })
      writeOut(`${count}\n`)
      github?.appendGithubOutputs([['count', String(count)]])
    })
  },
}
