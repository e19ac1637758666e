import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { parseText } from '../arguments/parse-assignments.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { targetOf } from '../connection/template-names.ts'
import { type ImportRow, type Input, toInput } from './import-row.ts'
import { TextReadError } from './text-read-error.ts'

/** A prefix of each column's name inside the parser, which cannot store a column `__proto__`. */
const mark = '='

type Cells = Readonly<Record<string, string | undefined>>

/**
 * The rows of a CSV text whose first line names the fields; the template gives the type of each cell. An empty cell has
 * no value, `""` is an empty text. Objects, lists and keys of several fields are JSON.
 */
export async function* readCsvRows(chunks: AsyncIterable<string>): AsyncGenerator<ImportRow> {
  const parser = parse({
    bom: true,
    info: true,
    skip_empty_lines: true,
    max_record_size: 10_000_000,
    columns: (names: string[]) => {
      const twice = names.find((name, i) => names.indexOf(name) !== i)
      if (twice !== undefined) throw new TextReadError(1, `the column "${twice}" appears twice`)
      return names.map((name) => `${mark}${name.trim()}`)
    },
    cast: (text, { header, quoting }) => (header || quoting || text !== '' ? text : undefined),
  })
  // The parser throws what goes wrong before it.
  pipeline(chunks, parser, () => undefined)
  let line = 2
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Cells; info: { lines: number } }>) {
      yield toRow(line, record)
      line = info.lines + 1
    }
  } catch (error) {
    if (error instanceof TextReadError) throw error
    throw new TextReadError((error as { lines?: number }).lines ?? line, (error as Error).message)
  }
}

function toRow(line: number, record: Cells): ImportRow {
  const cells: Cells = Object.fromEntries(Object.entries(record).map(([name, text]) => [name.slice(mark.length), text]))
  const { _template: template, ...rest } = cells
  return { line, template: template || undefined, toInput: (found, templates) => readCells(rest, found, templates) }
}

function readCells(cells: Cells, template: Template, templates: TemplateList): Input {
  const values = new Map<string, Json>()
  const meta: Record<string, Json> = {}
  for (const [name, text] of Object.entries(cells)) {
    if (text === undefined) continue
    const field = template.fields.find((one) => one.name === name)
    if (name.startsWith('_meta.')) {
      if (text !== '') meta[name.slice('_meta.'.length)] = name === '_meta.version' ? Number(text) : text
    } else values.set(name, field ? toValue(field, text, templates) : text)
  }
  return toInput({ ...Object.fromEntries(values), ...(Object.keys(meta).length > 0 && { _meta: meta }) }, template)
}

function toValue(field: TemplateField, text: string, templates: TemplateList): Json {
  const keyLength = targetOf(field, templates)?.key.length ?? 0
  if (!field.list && field.type !== 'object' && field.type !== 'json' && keyLength < 2)
    return parseText(field, text, templates)
  try {
    return JSON.parse(text) as Json
  } catch {
    if (field.type === 'json' && !field.list) return text
    throw new Error(
      `${field.name}: a ${field.list ? 'list' : field.type} is written as JSON in CSV; ${JSON.stringify(text.slice(0, 80))} is not`,
    )
  }
}
