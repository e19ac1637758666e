import { createUsageError } from '../cli-error.ts'
import { decodeText } from '../decode-text.ts'
import { readJsonRow } from './import-json-row.ts'
import type { ImportRow } from './import-row.ts'
import { splitJsonItems, splitLines } from './split-text.ts'
import { TextReadError } from './text-read-error.ts'

/** What the command line says of the form of a file. */
export interface FileForm {
  /** The delimiter of CSV; found in the header if it is not given. */
  readonly delimiter: string | undefined
  /** The names on the way to the list in a document (`--at`). */
  readonly path: readonly string[] | undefined
}

type ReadRows = (bytes: AsyncIterable<Uint8Array>, form: FileForm) => AsyncGenerator<ImportRow>

/** The formats that `import` reads: each reads rows from bytes. CSV, YAML and `--at` are loaded only when they are used. */
export const importFormats = {
  ndjson: async function* (bytes) {
    for await (const piece of splitLines(decodeText(bytes))) yield readJsonRow(piece)
  },
  json: async function* (bytes, { path }) {
    if (path) {
      const { findJsonRows } = await import('./find-json-rows.ts')
      yield* findJsonRows(await readWhole(bytes), path)
    } else for await (const piece of splitJsonItems(decodeText(bytes))) yield readJsonRow(piece)
  },
  csv: async function* (bytes, { delimiter }) {
    const { readCsvRows } = await import('./import-csv-rows.ts')
    yield* readCsvRows(decodeText(bytes), delimiter)
  },
  yaml: async function* (bytes, { path }) {
    const { readYamlRows } = await import('./import-yaml-rows.ts')
    yield* readYamlRows(await readWhole(bytes), path)
  },
} as const satisfies Record<string, ReadRows>

export type ImportFormat = keyof typeof importFormats

/** The formats in which a list can be somewhere in a document. */
export const documentFormats: readonly ImportFormat[] = ['json', 'yaml']

/** Other extensions of files than the names of their formats. */
const extensions: Readonly<Record<string, ImportFormat>> = { jsonl: 'ndjson', yml: 'yaml', tsv: 'csv' }

/** The extensions of the files that `import` reads. */
export const importExtensions: readonly string[] = [...Object.keys(importFormats), ...Object.keys(extensions)]

/** The format that `--format` or the file's extension names. A pipe has JSON, one text or several. */
export function parseImportFormat(file: string, given: string | undefined): ImportFormat {
  const names = Object.keys(importFormats).join(', ')
  if (given === undefined && file === '-') return 'json'
  const extension = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? ''
  const name = given ?? extensions[extension] ?? extension
  if (Object.hasOwn(importFormats, name)) return name as ImportFormat
  throw createUsageError(
    given === undefined
      ? `The name of ${file} does not give its format. Add --format with one of ${names}.`
      : `--format takes one of ${names}, not ${JSON.stringify(given)}.`,
  )
}

const longestDocument = 64_000_000

/** The text of a file that is read as a whole. */
async function readWhole(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const chunk of decodeText(bytes)) {
    text += chunk
    if (text.length > longestDocument)
      throw new TextReadError(
        1,
        `YAML, and JSON with --at, may have at most ${longestDocument / 1_000_000} MB; use ndjson`,
      )
  }
  return text
}
