import type { MatrixOptions } from '../../matrix/show-matrix.ts'
import type { Command } from '../command.ts'
import { matrixFormats } from '../matrix-formats.ts'
import { atOption } from './at-option.ts'

/** `registry role matrix rows=name columns=image [field=value…]`: what has passed of each pair; exit 3 if one has not. */
export const matrixCommand: Command<MatrixOptions> = {
  name: 'matrix',
  description: 'cross a field with the objects of a reference; exit 3 if a pair has not passed',
  operands: [
    {
      name: 'field=value',
      isList: true,
      description:
        'rows=field, columns=reference, and what to look for in each pair; field:=JSON for values other than text',
    },
  ],
  options: [
    { long: '--where', value: 'filter', description: 'as for get' },
    { long: '--row-in', value: 'values', description: 'only these rows: ntp-client,sshd, or a JSON array' },
    {
      long: '--column-where',
      value: 'filter',
      description: 'only these columns: a filter as for --where, on the column objects',
    },
    atOption,
    {
      long: '--wait',
      value: 'time',
      description: 'first wait until every pair has passed, at most so long: 90s, 30m, 2h',
    },
    {
      long: '--output',
      short: '-o',
      value: 'format',
      description: 'the output format',
      choices: matrixFormats,
      default: 'json',
    },
    { long: '--github-output', description: 'also append matrix and count to the file that $GITHUB_OUTPUT names' },
    { long: '--first', value: 'n', description: 'only the first jobs; says on stderr how many there are' },
    {
      long: '--exit-code',
      description: 'exit 3 if a pair has not passed, also with -o github, -o gitlab and --github-output',
    },
  ],
  examples: [
    'registry role matrix rows=name columns=image commit=b312abb -o table',
    "registry role matrix rows=name columns=image --column-where 'lts=true' -o github",
  ],
  async run(assignments, options, template) {
    const { showMatrix } = await import('../../matrix/show-matrix.ts')
    return showMatrix(template, assignments, options)
  },
}
