import { columnsOf, pickColumns, printCell, readColumn } from '../arguments/parse-columns.ts'
import type { ObjectWriter, WriterContext } from './object-writer.ts'
import type { ShownObject } from './print-object.ts'
import { terminalWidth, writeOut } from './terminal.ts'
import { createJsonWriter, createNdjsonWriter } from './write-json.ts'

/** The formats of `-o`. Those that need a library load it on use. */
const formats = {
  json: async () => createJsonWriter,
  ndjson: async () => createNdjsonWriter,
  table: async () => {
    const { printTable } = await import('./print-table.ts')
    return createRowWriter((columns, rows) =>
      printTable(
        columns.map((column) => column.toUpperCase()),
        rows,
        terminalWidth(),
      ),
    )
  },
  csv: async () => (await import('./write-csv.ts')).createCsvWriter,
  yaml: async () => (await import('./write-yaml.ts')).createYamlWriter,
  markdown: async () => {
    const { printMarkdownTable } = await import('./print-markdown-table.ts')
    return createRowWriter((columns, rows) => writeOut(printMarkdownTable([columns, ...rows])))
  },
  shell: async () => (await import('./write-shell.ts')).createShellWriter,
} as const satisfies Record<string, () => Promise<(context: WriterContext) => ObjectWriter>>

export type Format = keyof typeof formats

export const formatNames = Object.keys(formats) as readonly Format[]

/** Creates the writer of a format, which prints objects to stdout. */
export async function createWriter(format: Format, context: WriterContext): Promise<ObjectWriter> {
  const create = await formats[format]()
  return create(context)
}

/** A writer that keeps all objects for `print`, which needs them to find the width of each column. */
function createRowWriter(print: (columns: readonly string[], rows: readonly (readonly string[])[]) => void) {
  return ({ template, columns }: WriterContext): ObjectWriter => {
    const kept: ShownObject[] = []
    return {
      write(objects) {
        for (const object of objects) kept.push(pickColumns(object, columns))
      },
      end() {
        const shown = columns ?? columnsOf(template, kept)
        print(
          shown,
          kept.map((object) => shown.map((column) => printCell(readColumn(object, column)))),
        )
      },
    }
  }
}
