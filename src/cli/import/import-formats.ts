import { createUsageError } from '../cli-error.ts'
import { decodeText } from '../decode-text.ts'
import { readJsonRow } from './import-json-row.ts'
import type { ImportRow } from './import-row.ts'
import { splitJsonItems, splitLines } from './split-text.ts'

/** The formats that `import` reads: each reads rows from bytes. CSV and YAML are loaded only when they are used. */
export const importFormats = {
  ndjson: async function* (bytes) {
    for await (const piece of splitLines(decodeText(bytes))) yield readJsonRow(piece)
  },
  json: async function* (bytes) {
    for await (const piece of splitJsonItems(decodeText(bytes))) yield readJsonRow(piece)
  },
  csv: async function* (bytes) {
    const { readCsvRows } = await import('./import-csv-rows.ts')
    yield* readCsvRows(decodeText(bytes))
  },
  yaml: async function* (bytes) {
    const { readYamlRows } = await import('./import-yaml-rows.ts')
    let text = ''
    for await (const chunk of decodeText(bytes)) {
      text += chunk
      if (text.length > 64_000_000) throw createUsageError('A YAML file may have at most 64 MB. Import ndjson instead.')
    }
    yield* readYamlRows(text)
  },
} as const satisfies Record<string, (bytes: AsyncIterable<Uint8Array>) => AsyncGenerator<ImportRow>>

export type ImportFormat = keyof typeof importFormats

/** Other extensions of files than the names of their formats. */
const extensions: Readonly<Record<string, ImportFormat>> = { jsonl: 'ndjson', yml: 'yaml' }

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
