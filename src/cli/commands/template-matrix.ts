import type { MatrixOptions } from '../matrix/show-matrix.ts'
import type { Command } from './command.ts'
import { matrixFormats } from './matrix-formats.ts'

/** `registry role matrix rows=name columns=image [field=value…]`: whether an object exists for each pair; exit 3 if one is missing. */
export const matrixCommand: Command<MatrixOptions> = {
  name: 'matrix',
  description: 'cross a field with the objects of a reference; exit 3 if a pair has no match',
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
    {
      long: '--output',
      short: '-o',
      value: 'format',
      description: 'the output format',
      choices: matrixFormats,
      default: 'json',
    },
    { long: '--github-output', description: 'also append matrix and count to the file that $GITHUB_OUTPUT names' },
  ],
  examples: [
    'registry role matrix rows=name columns=image commit=b312abb status=true -o table',
    "registry role matrix rows=name columns=image --column-where 'lts=true' status=true -o github",
  ],
  async run(assignments, options, template) {
    const { showMatrix } = await import('../matrix/show-matrix.ts')
    return showMatrix(template, assignments, options)
  },
}
