import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { findTemplate } from '../arguments/find-template.ts'
import { CliError, createUsageError, exitCodes } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import type { TemplateList } from '../connection/template.ts'
import { writeError } from '../output/terminal.ts'
import { createImporter } from './create-importer.ts'
import { importFormats, parseImportFormat } from './import-formats.ts'
import type { ImportItem } from './import-item.ts'
import { printSummary } from './import-items.ts'
import { type ImportProblem, reportProblems } from './import-problem.ts'
import { createProgress } from './import-progress.ts'
import type { ImportRow } from './import-row.ts'
import { TextReadError } from './text-read-error.ts'

export interface ImportFileOptions extends CommonOptions {
  readonly format?: string
  readonly dryRun?: boolean
  readonly independent?: boolean
}

/** `registry import FILE|- [TEMPLATE]`. Returns the exit code. */
export async function importFile(
  file: string,
  templateName: string | undefined,
  options: ImportFileOptions,
): Promise<number> {
  const format = parseImportFormat(file, options.format)
  const size = await sizeOf(file)
  const connection = await openConnection(options)
  const templates = await loadTemplateList(connection)
  const template = templateName === undefined ? undefined : findTemplate(templates, templateName)
  const name = file === '-' ? 'stdin' : file
  const isDryRun = options.dryRun === true
  const report = (problems: readonly ImportProblem[]) => {
    progress.stop()
    reportProblems(problems)
  }
  const isIndependent = options.independent === true
  const importer = createImporter({ connection, templates, isIndependent, isDryRun, report })
  const progress = await createProgress(name, size, options.quiet === true)
  let isInterrupted = false
  const interrupt = () => {
    isInterrupted = true
  }
  process.once('SIGINT', interrupt)
  try {
    let objects = 0
    const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 256 * 1024 })
    for await (const row of importFormats[format](source)) {
      const item = toItem(row, template?.name, templates)
      const goesOn =
        'message' in item ? await importer.refuse({ file: name, ...item }) : await importer.add({ file: name, ...item })
      if (++objects % 100 === 0) progress.update({ bytes: source.bytesRead, objects })
      if (!goesOn || isInterrupted) break
    }
    await importer.finish()
  } catch (error) {
    progress.stop()
    if (error instanceof CliError) {
      printSummary(importer.counts(), isDryRun, options)
      throw new CliError(
        error.exitCode,
        `${error.message}\nThe import stopped there. Run it again: what has been written stays unchanged.`,
        { cause: error },
      )
    }
    if (!(error instanceof TextReadError)) throw error
    await importer.refuse({ file: name, line: error.line, message: error.message })
    await importer.finish()
  } finally {
    process.off('SIGINT', interrupt)
    progress.stop()
    await importer.close()
  }
  const counts = importer.counts()
  printSummary(counts, isDryRun, options)
  if (isInterrupted) {
    writeError('interrupted; run it again: what has been written stays unchanged\n')
    return 130
  }
  return counts.failed > 0 ? exitCodes.failed : exitCodes.done
}

function toItem(
  row: ImportRow,
  given: string | undefined,
  templates: TemplateList,
): Omit<ImportItem, 'file'> | Omit<ImportProblem, 'file'> {
  const { line } = row
  if (row.error !== undefined) return { line, message: row.error }
  try {
    if (given !== undefined && row.template !== undefined && row.template !== given)
      return { line, message: `_template is ${JSON.stringify(row.template)}, but the template to import is ${given}` }
    const name = row.template ?? given
    if (name === undefined)
      return { line, message: 'no template is given; give it after the file, or as "_template" in each object' }
    const template = findTemplate(templates, name)
    return { line, template, input: row.toInput(template, templates), size: row.size }
  } catch (error) {
    return { line, message: (error as Error).message }
  }
}

/** Undefined for a pipe and the like, which have no size. */
async function sizeOf(file: string): Promise<number | undefined> {
  if (file === '-') return undefined
  try {
    const found = await stat(file)
    if (found.isDirectory()) throw createUsageError(`${file} is a folder, not a file.`)
    return found.isFile() ? found.size : undefined
  } catch (error) {
    if (error instanceof CliError) throw error
    throw createUsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}
