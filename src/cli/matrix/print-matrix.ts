import { printCell } from '../arguments/parse-columns.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { MatrixFormat } from '../commands/matrix-formats.ts'
import type { Template } from '../connection/template.ts'
import { createWriter } from '../output/create-writer.ts'
import { writeOut } from '../output/terminal.ts'
import type { Matrix, MatrixCell } from './read-matrix.ts'

/** Prints a matrix to stdout. */
export async function writeMatrix(format: MatrixFormat, matrix: Matrix, template: Template): Promise<void> {
  switch (format) {
    case 'json': {
      const writer = await createWriter('json', { template, columns: undefined, isSingle: false })
      writer.write(matrix.cells.map((cell) => ({ ...cell })))
      return writer.end()
    }
    case 'github':
      return writeOut(`${printJobs(matrix)}\n`)
    case 'gitlab':
      return writeOut(`${printHiddenJob(matrix)}\n`)
    case 'markdown': {
      const { printMarkdownTable } = await import('../output/print-markdown-table.ts')
      return writeOut(printMarkdownTable(printRows(matrix)))
    }
    case 'table': {
      const { printTable } = await import('../output/print-table.ts')
      const [names, ...rows] = printRows(matrix)
      return printTable(names, rows)
    }
  }
}

/** The missing pairs, in the form of `strategy.matrix` of GitHub Actions: `{"include":[{"name":"ntp-client","image":"ubuntu"}]}`. */
export function printJobs(matrix: Matrix): string {
  return JSON.stringify({ include: matrix.missing.map((cell) => toJob(cell, matrix)) })
}

/**
 * The same for `parallel: matrix` of GitLab, whose variables are texts, in a job to extend. If nothing is missing, it is a job
 * that never runs, because GitLab does not accept an empty list.
 */
function printHiddenJob(matrix: Matrix): string {
  const jobs = matrix.missing.map((cell) =>
    Object.fromEntries(Object.entries(toJob(cell, matrix)).map(([name, value]) => [name, printCell(value)])),
  )
  return JSON.stringify({
    '.missing': jobs.length > 0 ? { parallel: { matrix: jobs } } : { rules: [{ when: 'never' }] },
  })
}

function toJob({ row, column }: MatrixCell, { rowName, columnName }: Matrix): { readonly [name: string]: Json } {
  return { [rowName]: row, [columnName]: column }
}

const marks = { PRESENT: '✔', MISSING: '✘' } as const

/** A line for the columns, then one for each row. */
function printRows({ rowName, rows, columns, cells }: Matrix): string[][] {
  return [
    [rowName, ...columns.map(printCell)],
    ...rows.map((row, i) => [
      printCell(row),
      ...cells.slice(i * columns.length, (i + 1) * columns.length).map(({ state }) => marks[state]),
    ]),
  ]
}
