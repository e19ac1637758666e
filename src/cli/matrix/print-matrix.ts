import { fieldNameInGraphql } from '../../template/names/name-in-graphql.ts'
import { printCell } from '../arguments/parse-columns.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { MatrixFormat } from '../commands/matrix-formats.ts'
import type { Template } from '../connection/template.ts'
import { createWriter } from '../output/create-writer.ts'
import { hasStyle } from '../output/print-style.ts'
import { terminalWidth, writeJson, writeOut } from '../output/terminal.ts'
import { addCsvMarks } from '../values/csv-marks.ts'
import { type Matrix, toShownCell, type VerdictLetter } from './read-matrix.ts'

/** Prints a matrix to stdout, or the jobs for what has not passed. */
export async function writeMatrix(
  format: MatrixFormat,
  matrix: Matrix,
  jobs: readonly Job[],
  template: Template,
): Promise<void> {
  switch (format) {
    case 'json':
    case 'ndjson':
    case 'yaml': {
      const writer = await createWriter(format, { template, columns: undefined, isSingle: false })
      writer.write(matrix.cells.map(toShownCell))
      return writer.end()
    }
    case 'github':
      return writeJson(`${printJobs(jobs)}\n`)
    case 'gitlab':
      return writeJson(`${printHiddenJob(jobs)}\n`)
    case 'csv': {
      const { printCsvRows } = await import('../output/write-csv.ts')
      const [names = [], ...rows] = printRows(matrix, (letter) => letter)
      // A letter is no formula, not even `+`.
      return writeOut(
        printCsvRows([names.map(addCsvMarks), ...rows.map(([row = '', ...letters]) => [addCsvMarks(row), ...letters])]),
      )
    }
    case 'markdown': {
      const { printMarkdownTable } = await import('../output/print-markdown-table.ts')
      return writeOut(printMarkdownTable(printRows(matrix)))
    }
    case 'table': {
      const { printTable } = await import('../output/print-table.ts')
      const [names, ...rows] = printRows(matrix)
      return printTable(names, rows, terminalWidth())
    }
  }
}

/** A row and a column by the names of their fields: `{"name":"ntp-client","image":"ubuntu"}`. */
type Job = { readonly [name: string]: Json }

/** A job for each pair that has not passed. */
export function listJobs({ rowName, columnName, notPassed }: Matrix): readonly Job[] {
  return notPassed.map(({ row, column }) => ({ [rowName]: row, [columnName]: column }))
}

/** The jobs in the form of `strategy.matrix` of GitHub Actions: `{"include":[{"name":"ntp-client","image":"ubuntu"}]}`. */
export function printJobs(jobs: readonly Job[]): string {
  return JSON.stringify({ include: jobs })
}

/**
 * The same for `parallel: matrix` of GitLab, in a job to extend. Its variables are texts with names that a shell takes. GitLab accepts
 * neither an empty list nor a pipeline without jobs: if all has passed, the job to extend never runs, and another one does nothing.
 */
function printHiddenJob(jobs: readonly Job[]): string {
  if (jobs.length === 0)
    return JSON.stringify({ '.missing': { rules: [{ when: 'never' }] }, nothing: { script: ['true'] } })
  const variables = jobs.map((job) =>
    Object.fromEntries(Object.entries(job).map(([name, value]) => [fieldNameInGraphql(name), printCell(value)])),
  )
  return JSON.stringify({ '.missing': { parallel: { matrix: variables } } })
}

/** For people at a terminal. Everywhere else stand the letters, which every program and font knows. */
const marks: Readonly<Record<VerdictLetter, string>> = { P: '✔', F: '✘', S: '…', M: '·', '+': '✔' }

function printMark(letter: VerdictLetter): string {
  return hasStyle(1) ? marks[letter] : letter
}

/** A line for the columns, then one for each row. */
function printRows({ rowName, rows, columns, cells }: Matrix, print = printMark): string[][] {
  return [
    [rowName, ...columns.map(printCell)],
    ...rows.map((row, i) => [
      printCell(row),
      ...cells.slice(i * columns.length, (i + 1) * columns.length).map(({ letter }) => print(letter)),
    ]),
  ]
}
