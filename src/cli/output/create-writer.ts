import type { ObjectWriter, WriterContext } from './object-writer.ts'
import { isTerminal, writeOut } from './terminal.ts'
import { createJsonWriter, createNdjsonWriter } from './write-json.ts'

/** The formats of `-o`. Those that need a library load it on use. */
const formats = {
  json: async () => createJsonWriter,
  ndjson: async () => createNdjsonWriter,
  table: async () => (await import('./write-table.ts')).createTableWriter,
  csv: async () => (await import('./write-csv.ts')).createCsvWriter,
  yaml: async () => (await import('./write-yaml.ts')).createYamlWriter,
  markdown: async () => (await import('./write-markdown.ts')).createMarkdownWriter,
  shell: async () => (await import('./write-shell.ts')).createShellWriter,
} as const satisfies Record<string, () => Promise<(context: WriterContext) => ObjectWriter>>

export type Format = keyof typeof formats

export const formatNames = Object.keys(formats) as readonly Format[]

/** Creates the writer of a format, which prints objects to stdout. */
export async function createWriter(
  format: Format,
  context: Omit<WriterContext, 'isTerminal' | 'writeOut'>,
): Promise<ObjectWriter> {
  const create = await formats[format]()
  return create({ ...context, isTerminal: isTerminal(1), writeOut })
}
