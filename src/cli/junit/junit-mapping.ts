import { type Assignment, parseText } from '../arguments/parse-assignments.ts'
import type { Json } from '../arguments/parse-value.ts'
import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import type { JunitResults } from './junit-results.ts'

/** The values of a test case or a suite, by the names that `--map` accepts, each with common field names for it. */
const sources: Readonly<Record<string, readonly string[]>> = {
  name: ['test', 'testcase', 'test_name', 'title'],
  classname: ['class', 'class_name'],
  suite: ['testsuite', 'test_suite', 'suite_name'],
  status: ['result', 'outcome', 'passed', 'success', 'ok'],
  time: ['duration', 'seconds', 'duration_ms', 'time_ms'],
  message: ['failure', 'error', 'reason'],
  file: ['filename', 'path'],
  line: [],
  timestamp: ['started', 'started_at', 'date'],
  hostname: ['host', 'node'],
  tests: ['total'],
  failures: ['failed'],
  errors: [],
  skipped: [],
}
/** Only suites have these: if a field uses one of them, each suite becomes an object. */
const ofSuites = new Set(['tests', 'failures', 'errors', 'skipped'])

/** Words for the outcome of a test; the first that an enum has is used. */
const statusWords: Readonly<Record<string, readonly string[]>> = {
  passed: ['passed', 'pass', 'success', 'succeeded', 'ok', 'green'],
  failed: ['failed', 'fail', 'failure', 'red'],
  error: ['error', 'errored', 'broken', 'failed', 'fail', 'failure', 'red'],
  skipped: ['skipped', 'skip', 'ignored', 'pending', 'disabled'],
}

export interface JunitMapping {
  readonly template: Template
  /** The source of each field's value. */
  readonly fields: readonly { readonly field: TemplateField; readonly source: string }[]
  readonly perSuite: boolean
}

/** Maps fields to sources: by `--map field=source`, otherwise by name. `fixed` fields have no source. */
export function planJunitMapping(
  template: Template,
  maps: readonly string[],
  fixed: readonly Assignment[],
): JunitMapping {
  const given = new Map(maps.map((text) => parseMap(text, template)))
  const isFixed = (name: string) => fixed.some((one) => one.name === name)
  const fields = template.fields.flatMap((field) => {
    const source = given.get(field.name) ?? sourceOf(field.name)
    return source === undefined || source === '-' || isFixed(field.name) ? [] : [{ field, source }]
  })
  const missing = template.key.filter((name) => !isFixed(name) && !fields.some(({ field }) => field.name === name))
  if (missing.length > 0) {
    throw createUsageError(
      `A ${template.name} is identified by ${template.key.join(', ')}, and test results have no ${missing.join(', ')}. Add ` +
        `${missing.map((name) => `${name}=…`).join(' ')}, or choose a source for it: ${missing.map((name) => `--map ${name}=name`).join(' ')}`,
    )
  }
  return { template, fields, perSuite: fields.some(({ source }) => ofSuites.has(source)) }
}

const ranks: Readonly<Record<string, number>> = { skipped: 0, passed: 1, failed: 2, error: 2 }

export interface JunitInput {
  readonly input: Readonly<Record<string, Json>>
  /** How bad the result is, to choose between two with the same key. */
  readonly rank: number
}

/** The inputs of the upserts; `left` counts the results that had no value for a key field. */
export function toJunitInputs(
  results: JunitResults,
  mapping: JunitMapping,
  templates: TemplateList,
): { readonly inputs: readonly JunitInput[]; readonly left: number } {
  const inputs: JunitInput[] = []
  let left = 0
  for (const row of mapping.perSuite ? results.suites : results.cases) {
    const entries = mapping.fields.map(({ field, source }): [string, Json] => [
      field.name,
      toValue(field, source, row[source] ?? '', templates),
    ])
    const input = Object.fromEntries(entries)
    // A test that was skipped is neither true nor false.
    if (mapping.template.key.some((name) => Object.hasOwn(input, name) && input[name] === null)) left++
    else inputs.push({ input, rank: ranks[row['status'] ?? ''] ?? 0 })
  }
  return { inputs, left }
}

function sourceOf(name: string): string | undefined {
  const lower = name.toLowerCase()
  return Object.keys(sources).find((source) => source === lower || sources[source]?.includes(lower))
}

function parseMap(text: string, template: Template): [string, string] {
  const [name = '', source = ''] = text.split('=', 2)
  const names = template.fields.map((field) => field.name)
  if (!names.includes(name))
    throw createUsageError(
      `--map ${text}: ${template.name} has no field ${JSON.stringify(name)}.${suggest(name, names)}`,
    )
  if (source !== '-' && !Object.hasOwn(sources, source)) {
    throw createUsageError(
      `--map ${text}: test results have no ${JSON.stringify(source)}.${suggest(source, Object.keys(sources))}\nThey have: ${Object.keys(sources).join(', ')}; - for nothing`,
    )
  }
  return [name, source]
}

function toValue(field: TemplateField, source: string, text: string, templates: TemplateList): Json {
  if (source === 'status') {
    if (field.type === 'boolean') return text === 'skipped' ? null : text === 'passed'
    if (field.type === 'enum')
      return (
        statusWords[text]?.flatMap((word) => field.values.find((value) => value.toLowerCase() === word) ?? [])[0] ??
        text
      )
    return text
  }
  const isText = field.type === 'string' && !field.list
  if (text === '' && !(isText && field.key)) return null
  if (source === 'time' && field.type !== 'string') {
    const seconds = Number(text) * (/_ms$|^ms$|millis/i.test(field.name) ? 1_000 : 1)
    if (Number.isFinite(seconds) && field.type === 'duration') return `${Number(text).toFixed(6)}s`
    if (Number.isFinite(seconds)) return field.type === 'float' ? Number(seconds.toPrecision(12)) : Math.round(seconds)
  }
  // JUnit's times have no offset; they are read as UTC.
  if (field.type === 'datetime' && /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text)) return `${text}Z`
  const value = parseText({ ...field, list: false }, text, templates)
  return field.list ? [value] : value
}
