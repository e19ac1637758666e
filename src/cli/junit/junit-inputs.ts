import { parseText } from '../arguments/parse-assignments.ts'
import type { Json } from '../arguments/parse-value.ts'
import { CliError } from '../cli-error.ts'
import type { TemplateField, TemplateList } from '../connection/template.ts'
import type { JunitMapping, MappedField } from './junit-mapping.ts'
import type { Status } from './junit-outcome.ts'
import type { JunitRow } from './junit-rows.ts'
import { type Source, takePart } from './junit-sources.ts'
import type { Note } from './read-junit.ts'
import { type Reading, readTime } from './read-time.ts'
import { readTimestamp } from './read-timestamp.ts'

/** Words for the outcome of a test; the first that an enum has is used. */
const statusWords: Readonly<Record<Status, readonly string[]>> = {
  passed: ['passed', 'pass', 'success', 'succeeded', 'ok', 'green'],
  failed: ['failed', 'fail', 'failure', 'red'],
  error: ['error', 'errored', 'broken', 'failed', 'fail', 'failure', 'red'],
  skipped: ['skipped', 'skip', 'ignored', 'pending', 'disabled', 'notrun', 'not_run'],
}

/** What a row becomes: the input of an upsert, or why there is none. `skipped` is a test without an outcome in a boolean key. */
export type JunitInput =
  | { readonly kind: 'input'; readonly input: Readonly<Record<string, Json>> }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'refused'; readonly problem: string }

/**
 * The input for a row. A value that cannot be read is left out, and `note` says so, unless it belongs to the key or is the status:
 * without these the row is no result.
 */
export function toJunitInput(row: JunitRow, { fields }: JunitMapping, templates: TemplateList, note: Note): JunitInput {
  const input: Record<string, Json> = Object.create(null)
  for (const mapped of fields) {
    const { field, source } = mapped
    const { value = null, problem } = readField(mapped, row, templates)
    const isStatus = source.kind === 'text' && source.name === 'status'
    if (problem !== undefined && (field.key || isStatus))
      return { kind: 'refused', problem: `${field.name} ${problem}` }
    if (problem !== undefined)
      note(`value ${field.name} left out`, row.line, `${row.label}: ${field.name} ${problem}; it is left out`)
    // A test that was skipped is neither true nor false.
    if (field.key && value === null) {
      if (isStatus) return { kind: 'skipped' }
      return {
        kind: 'refused',
        problem: `it has no ${printSource(source)} for ${field.name}, which is part of the key`,
      }
    }
    input[field.name] = value
  }
  return { kind: 'input', input }
}

function printSource(source: Source): string {
  if (source.kind === 'property') return `property ${JSON.stringify(source.name)}`
  return source.part ? `part of its ${source.name} that matches` : source.name
}

/** The value of a field; `value` is absent where the row has none. */
function readField({ field, source }: MappedField, row: JunitRow, templates: TemplateList): Partial<Reading<Json>> {
  if (source.kind === 'property') {
    const texts = row.findProperty(source.name, source.onlySuites)
    if (field.list) return readList(texts, field, templates)
    return readText(texts.join(', '), field, templates)
  }
  const own = row.texts[source.name] ?? ''
  const whole = own === '' && field.key ? (row.inKey[source.name] ?? '') : own
  if (source.part) {
    const text = takePart(source.part, whole)
    return field.list ? readList(text === '' ? [] : [text], field, templates) : readText(text, field, templates)
  }
  if (source.name === 'status') return readStatus(row.status, field)
  if (source.name === 'time' && field.type !== 'string') return readLength(whole, field)
  return field.list ? readList(whole === '' ? [] : [whole], field, templates) : readText(whole, field, templates)
}

function readList(texts: readonly string[], field: TemplateField, templates: TemplateList): Partial<Reading<Json>> {
  const item = { ...field, list: false }
  const readings = texts.map((text) => readText(text, item, templates))
  const wrong = readings.find(({ problem }) => problem !== undefined)
  if (wrong?.problem !== undefined) return { problem: wrong.problem }
  const values = readings.flatMap(({ value }) => (value === undefined ? [] : [value]))
  return values.length > 0 ? { value: values } : {}
}

function readStatus(status: Status, field: TemplateField): Partial<Reading<Json>> {
  if (field.type === 'boolean') return status === 'skipped' ? {} : { value: status === 'passed' }
  if (field.type !== 'enum') return { value: status }
  const words = statusWords[status]
  const value = words.flatMap((word) => field.values.find((member) => member.toLowerCase() === word) ?? [])[0]
  return value === undefined
    ? { problem: `has no member for a test that is ${status}; it has ${field.values.join(', ')}` }
    : { value }
}

/** A length of time, in the unit of the field: seconds, unless its name says milliseconds. */
function readLength(text: string, field: TemplateField): Partial<Reading<Json>> {
  if (text.trim() === '') return {}
  const { value: seconds, problem } = readTime(text)
  if (problem !== undefined) return { problem: `${JSON.stringify(text)} ${problem}` }
  if (field.type === 'duration') return { value: `${seconds.toFixed(6)}s` }
  const number = seconds * (/_ms$|^ms$|millis/i.test(field.name) ? 1_000 : 1)
  if (field.type === 'int' && Math.abs(number) > 0x7fffffff) return { problem: `${JSON.stringify(text)} is too large` }
  return { value: field.type === 'float' ? Number(number.toPrecision(12)) : Math.round(number) }
}

/** Any other text, by the type of the field. */
function readText(text: string, field: TemplateField, templates: TemplateList): Partial<Reading<Json>> {
  if (field.type === 'string') return text === '' ? {} : { value: text }
  if (text.trim() === '') return {}
  if (field.type === 'datetime' || field.type === 'date') {
    const { value, problem } = readTimestamp(text)
    if (problem !== undefined) return { problem: `${JSON.stringify(text)} ${problem}` }
    return { value: field.type === 'date' ? value.slice(0, 10) : value }
  }
  if (field.type === 'duration') return readLength(text, field)
  if (field.type === 'enum') {
    const member =
      field.values.find((one) => one === text) ?? field.values.find((one) => one.toLowerCase() === text.toLowerCase())
    return member === undefined
      ? { problem: `${JSON.stringify(text)} is none of ${field.values.join(', ')}` }
      : { value: member }
  }
  try {
    return { value: parseText(field, text.trim(), templates) }
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    const isTooLarge = (field.type === 'int' || field.type === 'bigint') && /^[+-]?\d+$/.test(text.trim())
    return { problem: `${JSON.stringify(text)} is ${isTooLarge ? 'too large' : `no ${field.type}`}` }
  }
}
