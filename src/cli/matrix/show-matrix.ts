import { findField, findTemplate } from '../arguments/find-template.ts'
import { parseText } from '../arguments/parse-assignments.ts'
import { parseJsonOption } from '../arguments/parse-json-text.ts'
import { parseFirst } from '../arguments/parse-number.ts'
import type { Json } from '../arguments/parse-value.ts'
import { parseWhere } from '../arguments/parse-where.ts'
import { planFilter } from '../arguments/plan-filter.ts'
import { CliError, createUsageError, type ExitCode, exitCodes } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { cellFormats, type MatrixFormat } from '../commands/matrix-formats.ts'
import { withTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { isOrderable } from '../connection/template-names.ts'
import { askUntil, openWaitingConnection } from '../live/ask-until.ts'
import { parseDuration } from '../live/parse-duration.ts'
import { writeError } from '../output/terminal.ts'
import { listJobs, printJobs, writeMatrix } from './print-matrix.ts'
import { awaitMatrix, type MatrixReading, readMatrix } from './read-matrix.ts'

export interface MatrixOptions extends CommonOptions {
  readonly where?: string
  readonly columnWhere?: string
  readonly rowIn?: string
  readonly at?: string
  readonly output: MatrixFormat
  readonly githubOutput?: boolean
  readonly first?: string
  readonly exitCode?: boolean
  readonly wait?: string
}

/** Prints a matrix. Returns the exit code: 3 if a pair has not passed, unless the output is jobs. Throws with 5 if it was waited in vain for any pair. */
export async function showMatrix(
  name: string,
  assignments: readonly string[],
  options: MatrixOptions,
): Promise<ExitCode> {
  const output = options.githubOutput ? await import('../output/github-output.ts') : undefined
  output?.assertGithubOutput()
  const makesJobs = options.githubOutput === true || options.output === 'github' || options.output === 'gitlab'
  if (options.first !== undefined && !makesJobs)
    throw createUsageError('--first takes the first jobs, which only -o github, -o gitlab and --github-output make.')
  const first = parseFirst(options.first)
  if (options.wait !== undefined && options.at !== undefined)
    throw createUsageError('--wait waits for what comes, and --at reads what was; leave one of them out.')
  const endsAt = options.wait === undefined ? undefined : Date.now() + parseDuration('--wait', options.wait)
  if (endsAt !== undefined) {
    const waiting = await openWaitingConnection(options)
    const ask = (seconds: number) =>
      withTemplateList(waiting, (templates) => {
        const template = findTemplate(templates, name)
        return awaitMatrix(waiting, template, planReading(assignments, options, template, templates), seconds)
      })
    await askUntil(waiting, endsAt, ask, options)
  }
  const connection = await openConnection(options)
  return withTemplateList(connection, async (templates) => {
    const template = findTemplate(templates, name)
    const reading = planReading(assignments, options, template, templates)
    const matrix = await readMatrix(connection, template, reading, cellFormats.has(options.output))
    const all = listJobs(matrix)
    const jobs = all.slice(0, first)
    if (jobs.length < all.length) writeError(`The first ${jobs.length} of ${all.length} jobs.\n`)
    warnOfMany(jobs.length, options)
    await writeMatrix(options.output, matrix, jobs, template)
    output?.appendGithubOutputs([
      ['matrix', printJobs(jobs)],
      ['count', String(jobs.length)],
    ])
    // A pipeline asks what is left to do: that there is something is no failure of its step.
    const tells = options.exitCode === true || !makesJobs
    if (tells && all.length > 0) return exitCodes.notFound
    if (tells && endsAt !== undefined && matrix.cells.length === 0)
      throw new CliError(
        exitCodes.timeout,
        `After ${options.wait}, there are no pairs: the matrix has no rows, or no columns.`,
      )
    return exitCodes.done
  })
}

/** How many jobs of one matrix each service starts; it refuses more. */
const mostJobs = { GitHub: 256, GitLab: 200 } as const

function warnOfMany(count: number, { output, githubOutput }: MatrixOptions): void {
  const services = [
    ...(githubOutput || output === 'github' ? (['GitHub'] as const) : []),
    ...(output === 'gitlab' ? (['GitLab'] as const) : []),
  ]
  for (const service of services.filter((one) => count > mostJobs[one]))
    writeError(
      `warning: these are ${count} jobs, and ${service} accepts ${mostJobs[service]} of one matrix. Take the first ones with --first ${mostJobs[service]}\n`,
    )
}

function planReading(
  assignments: readonly string[],
  { where, columnWhere, rowIn, at }: MatrixOptions,
  template: Template,
  templates: TemplateList,
): MatrixReading {
  const given = (axis: 'rows' | 'columns') => {
    const [text, ...others] = assignments.filter((one) => one.startsWith(`${axis}=`))
    if (others.length > 0) throw createUsageError(`${axis} is given twice.`)
    return text?.slice(`${axis}=`.length)
  }
  const rest = assignments.filter((one) => !/^(rows|columns)=/.test(one))
  const columns = findColumns(given('columns'), template)
  const rows = findRows(given('rows'), columns, template)
  const target = findTemplate(templates, columns.to ?? '')
  return {
    rows,
    columns,
    target,
    where: planFilter(rest, where, template, templates),
    at,
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
  return parseJsonOption('--row-in', text) as readonly Json[]
}
