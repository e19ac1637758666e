import { CliError, exitCodes } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection, waitForRestarts } from '../connection/open-connection.ts'
import type { Template } from '../connection/template.ts'
import { createHistoryImporter, isHistoryRow, printHistorySummary, readHistoryRow } from '../history/import-history.ts'
import { writeError } from '../output/terminal.ts'
import { type AttributeMapping, parseMapping, sourcesOf } from './attribute-mapping.ts'
import { createImporter } from './create-importer.ts'
import { parseDelimiter } from './csv-form.ts'
import { expectJson } from './expect-json.ts'
import { parseListPath } from './find-list.ts'
import { findOperands } from './find-operands.ts'
import { findSources, type Source, stdin } from './find-sources.ts'
import { holdBack } from './hold-back.ts'
import { type FileForm, importFormats } from './import-formats.ts'
import { printSummary } from './import-items.ts'
import { type ImportProblem, reportProblems } from './import-problem.ts'
import { createProgress } from './import-progress.ts'
import { readRow } from './read-row.ts'
import { TextReadError } from './text-read-error.ts'

export interface ImportFilesOptions extends CommonOptions {
  readonly format?: string
  readonly delimiter?: string
  readonly map?: readonly string[]
  readonly ignoreUnknown?: boolean
  readonly at?: string
  readonly dryRun?: boolean
  readonly independent?: boolean
}

/** How many rows of one of several files must be readable before the first of them is written. */
const heldRows = 500

/** `registry import FILE… [TEMPLATE]`. Returns the exit code. */
export async function importFiles(words: readonly string[], options: ImportFilesOptions): Promise<number> {
  const form: FileForm = {
    delimiter: options.delimiter === undefined ? undefined : parseDelimiter(options.delimiter),
    path: options.at === undefined ? undefined : parseListPath(options.at),
  }
  const connection = await openConnection(options)
  waitForRestarts(connection, options)
  const templates = await loadTemplateList(connection)
  const { files, template } = await findOperands(words, templates)
  const mapping = parseMapping(options.map ?? [], template, templates)
  const { sources, unreadable } = await findSources(files, options.format, form)
  const isDryRun = options.dryRun === true
  const report = (problems: readonly ImportProblem[]) => {
    progress.stop()
    reportProblems(problems)
  }
  const isIndependent = options.independent === true
  const importer = createImporter({ connection, templates, isIndependent, isDryRun, report })
  const histories = createHistoryImporter({ connection, templates, isIndependent, isDryRun, report })
  let hasHistories = false
  const [first] = sources
  const size = sources.some((one) => one.size === undefined) ? undefined : sum(sources.map((one) => one.size ?? 0))
  const label = sources.length === 1 && first ? first.name : `${sources.length} files`
  const progress = await createProgress(label, size, options.quiet === true)
  const leftOut = new Map<string, Set<string>>()
  const leaveOut = (of: Template, path: string) => {
    const paths = leftOut.get(of.name) ?? new Set()
    leftOut.set(of.name, paths.add(path))
  }
  let isInterrupted = false
  const interrupt = () => {
    isInterrupted = true
  }
  process.once('SIGINT', interrupt)
  let objects = 0
  let bytesBefore = 0
  let isOtherFormat = false
  /** Of the file that is being read, as far as they have gone to the importer. */
  let rows = 0

  /** Reads one file and gives its objects to the importer. Returns false if nothing more is to be read. */
  const readSource = async ({ name, format, open }: Source): Promise<boolean> => {
    const bytes = open()
    const found = new Set<string>()
    const reading = {
      templates,
      template,
      mapping,
      // Who says which columns are meant does not mean the others.
      leaveOut: options.ignoreUnknown === true || mapping.size > 0 ? leaveOut : undefined,
      noteFound: (attributes: readonly string[]) => {
        for (const attribute of attributes) found.add(attribute)
      },
    }
    const isGuess = name === stdin && options.format === undefined
    const read = importFormats[format](bytes, form)
    const all = isGuess ? expectJson(read) : read
    rows = 0
    for await (const row of sources.length > 1 ? holdBack(all, heldRows) : all) {
      if (rows++ === 0 && row.error === undefined && row.columns) assertColumns(mapping, row.columns)
      if (row.error !== undefined && isGuess) isOtherFormat = true
      const isHistory = isHistoryRow(row)
      hasHistories ||= isHistory
      const item = { file: name, ...(isHistory ? readHistoryRow(row, templates, template) : readRow(row, reading)) }
      const taker = isHistory ? histories : importer
      const goesOn = 'message' in item ? await importer.refuse(item) : await taker.add(item)
      if (++objects % 100 === 0) progress.update({ bytes: bytesBefore + bytes.bytesRead, objects })
      if (!goesOn || isInterrupted) return false
    }
    bytesBefore += bytes.bytesRead
    if (rows === 0) writeError(`${name}: there are no objects in it\n`)
    const missing = format === 'csv' || rows === 0 ? [] : sourcesOf(mapping).filter((source) => !found.has(source))
    if (missing.length > 0) writeError(`${name}: no object has ${missing.join(', ')}, which --map names\n`)
    return true
  }

  const summarize = () => {
    const counts = importer.counts()
    const isPlain = Object.values(counts).some((count) => count > 0)
    if (isPlain || !hasHistories) printSummary(counts, isDryRun, options)
    if (hasHistories) printHistorySummary(histories.counts(), isDryRun, options)
  }
  let passedOver = unreadable
  let isCutShort = false
  try {
    for (const source of sources) {
      try {
        if (!(await readSource(source))) break
      } catch (error) {
        if (!(error instanceof TextReadError)) throw error
        const { line, message } = error
        const place = { file: source.name, line }
        isCutShort = true
        if (source.name === stdin && options.format === undefined) isOtherFormat = true
        if (files.length === 1) await importer.refuse({ ...place, message })
        else if (rows > 0) report([{ ...place, message: `${message}; the objects before are taken` }])
        else {
          report([{ ...place, message }])
          passedOver++
        }
      }
    }
    await importer.finish()
    await histories.finish()
  } catch (error) {
    progress.stop()
    if (!(error instanceof CliError)) throw error
    summarize()
    throw new CliError(
      error.exitCode,
      `${error.message}\nThe import stopped there. Run it again: what has been written stays unchanged.`,
      { cause: error },
    )
  } finally {
    process.off('SIGINT', interrupt)
    progress.stop()
    await importer.close()
    await histories.close()
  }
  summarize()
  if (files.length > 1 && passedOver > 0)
    writeError(`${passedOver} of ${files.length} files cannot be read; they are passed over\n`)
  if (!options.quiet)
    for (const [name, paths] of leftOut)
      writeError(`left out, because ${name} has no such field: ${[...paths].join(', ')}\n`)
  if (isOtherFormat) writeError('stdin was read as json; if it is something else, add --format csv or --format yaml\n')
  if (isInterrupted) {
    writeError('interrupted; run it again: what has been written stays unchanged\n')
    return 130
  }
  return importer.counts().failed + histories.counts().failed > 0 || passedOver > 0 || isCutShort
    ? exitCodes.failed
    : exitCodes.done
}

/** Throws `TextReadError` for an attribute of the mapping that a table has no column for. */
function assertColumns(mapping: AttributeMapping, columns: readonly string[]): void {
  const missing = sourcesOf(mapping).find((source) => !columns.includes(source))
  if (missing === undefined) return
  const has = columns.filter((name) => name !== '').join(', ')
  throw new TextReadError(
    1,
    `--map: there is no column ${JSON.stringify(missing)}.${suggest(missing, columns)} There is: ${has}`,
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
