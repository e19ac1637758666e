import { constants, createReadStream } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { describeFileError } from '../../explain-file-error.ts'
import { CliError, createUsageError } from '../cli-error.ts'
import { writeError } from '../output/terminal.ts'
import { documentFormats, type FileForm, type ImportFormat, parseImportFormat } from './import-formats.ts'

/** A file that can be opened. */
export interface Source {
  /** As messages name it. */
  readonly name: string
  readonly format: ImportFormat
  /** In bytes; undefined for a pipe and the like, which have no size. */
  readonly size: number | undefined
  readonly open: () => AsyncIterable<Uint8Array> & { readonly bytesRead: number }
}

/** As messages name the file `-`. */
export const stdin = 'stdin'

/** The files that can be opened. Of several, the others are reported and counted; one alone is a usage error. */
export async function findSources(
  files: readonly string[],
  format: string | undefined,
  form: FileForm,
): Promise<{ readonly sources: readonly Source[]; readonly unreadable: number }> {
  const sources: Source[] = []
  for (const file of files) {
    try {
      sources.push(await findSource(file, format, form))
    } catch (error) {
      if (!(error instanceof CliError) || files.length === 1) throw error
      writeError(`${error.message}\n`)
    }
  }
  if (form.delimiter !== undefined && sources.length > 0 && !sources.some((one) => one.format === 'csv'))
    throw createUsageError('--delimiter is for csv, and no file is csv. Add --format csv if one is.')
  return { sources, unreadable: files.length - sources.length }
}

async function findSource(file: string, given: string | undefined, { path }: FileForm): Promise<Source> {
  const format = parseImportFormat(file, given)
  if (path && !documentFormats.includes(format))
    throw createUsageError(`--at is for ${documentFormats.join(' and ')}, and ${file} is read as ${format}.`)
  if (file === '-') return { name: stdin, format, size: undefined, open: () => process.stdin }
  try {
    const found = await stat(file)
    await access(file, constants.R_OK)
    const size = found.isFile() ? found.size : undefined
    return { name: file, format, size, open: () => createReadStream(file, { highWaterMark: 256 * 1024 }) }
  } catch (error) {
    throw createUsageError(describeFileError(file, error))
  }
}
