import { type Format, formatNames } from '../output/create-writer.ts'
import type { CommandOption } from './command.ts'
import type { CommonOptions } from './common-options.ts'

export interface OutputOptions extends CommonOptions {
  readonly output: Format
  readonly fields?: string
  readonly githubOutput?: boolean
}

/** The options of every command that prints objects. */
export const outputOptions: readonly CommandOption[] = [
  {
    long: '--output',
    short: '-o',
    value: 'format',
    description: 'the output format',
    choices: formatNames,
    default: 'json',
  },
  { long: '--fields', value: 'names', description: 'only these, in this order: name,lts,_meta.version' },
  { long: '--github-output', description: 'also append to the file that $GITHUB_OUTPUT names' },
]
