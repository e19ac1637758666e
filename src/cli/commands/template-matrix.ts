import { findField, findTemplate } from '../arguments/find-template.ts'
import { parseText } from '../arguments/parse-assignments.ts'
import { parseJsonText } from '../arguments/parse-json-text.ts'
import type { Json } from '../arguments/parse-value.ts'
import { parseWhere } from '../arguments/parse-where.ts'
import { planFilter } from '../arguments/plan-filter.ts'
import { createUsageError, exitCodes } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import { withTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import { type MatrixReading, readMatrix } from '../connection/read-matrix.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { isOrderable } from '../connection/template-names.ts'
import { type MatrixFormat, matrixFormats, printJobs, writeMatrix } from '../output/print-matrix.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface MatrixOptions extends CommonOptions {
  readonly where?: string
  readonly columnWhere?: string
  readonly rowIn?: string
  readonly output: MatrixFormat
  readonly githubOutput?: boolean
}

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
    const hasMissing = await printMatrix(template, assignments, options)
    return hasMissing ? exitCodes.notFound : exitCodes.done
  },
}

/** Returns whether something is missing. */
async function printMatrix(name: string, assignments: readonly string[], options: MatrixOptions): Promise<boolean> {
  const output = options.githubOutput ? await import('../output/github-output.ts') : undefined
  output?.assertGithubOutput()
  const connection = await openConnection(options)
  return withTemplateList(connection, async (templates) => {
    const template = findTemplate(templates, name)
    const reading = planReading(assignments, options, template, templates)
    const matrix = await readMatrix(connection, template, reading, options.output === 'json')
    await writeMatrix(options.output, matrix, template)
    output?.appendGithubOutputs({ matrix: printJobs(matrix), count: String(matrix.missing.length) })
    return matrix.missing.length > 0
  })
}

function planReading(
  assignments: readonly string[],
  { where, columnWhere, rowIn }: MatrixOptions,
  template: Template,
  templates: TemplateList,
): MatrixReading {
  const axes = { rows: /^rows=(.*)$/s, columns: /^columns=(.*)$/s }
  const given = (axis: 'rows' | 'columns') => {
    const [text, ...others] = assignments.flatMap((one) => axes[axis].exec(one)?.[1] ?? [])
    if (others.length > 0) throw createUsageError(`${axis} is given twice.`)
    return text
  }
  const rest = assignments.filter((one) => !axes.rows.test(one) && !axes.columns.test(one))
  const columns = findColumns(given('columns'), template)
  const rows = findRows(given('rows'), columns, template)
  const target = findTemplate(templates, columns.to ?? '')
  return {
    rows,
    columns,
    target,
    where: planFilter(rest, where, template, templates),
    rowIn: rowIn === undefined ? undefined : parseRows(rowIn, rows, templates),
    columnWhere: columnWhere === undefined ? undefined : parseWhere(columnWhere, target, templates, '--column-where'),
  }
}

/** The reference for the columns. If the template has only one, its name is optional. */
function findColumns(name: string | undefined, template: Template): TemplateField {
  const references = template.fields.filter((field) => field.type === 'reference' && !field.list)
  const names = references.map((field) => field.name)
  const [only] = references
  if (!only) throw createUsageError(`${template.name} has no matrix: it has no reference that can be the columns.`)
  if (name === undefined && references.length === 1) return only
  const found = references.find((field) => field.name === name)
  if (found) return found
  const what =
    name === undefined ? 'The columns are missing.' : `columns=${name} is not a reference of ${template.name}.`
  throw createUsageError(`${what}${suggest(name ?? '', names)}\nWrite columns= and one of: ${names.join(', ')}`)
}

function findRows(name: string | undefined, columns: TemplateField, template: Template): TemplateField {
  const fields = template.fields.filter((field) => field !== columns && isOrderable(field))
  const found = fields.find((field) => field.name === name)
  if (found) return found
  const names = fields.map((field) => field.name)
  const what = name === undefined ? 'The rows are missing.' : `rows=${name} is not a field that can be the rows.`
  if (name !== undefined) findField(template, name)
  throw createUsageError(`${what}\nWrite rows= and one of: ${names.join(', ')}`)
}

/** `ntp-client,sshd`, or a JSON array if a value contains a comma or is an object. */
function parseRows(text: string, rows: TemplateField, templates: TemplateList): readonly Json[] {
  if (!text.startsWith('[')) return text.split(',').map((part) => parseText(rows, part, templates))
  try {
    return parseJsonText(text) as readonly Json[]
  } catch (error) {
    throw createUsageError(`--row-in begins like JSON but is not valid JSON: ${(error as Error).message}`)
  }
}
