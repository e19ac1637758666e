import { RE2JS } from 're2js'
import { compilePattern } from '../../template/check-pattern.ts'
import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'

/** The values of a test case or a suite, by the names that `--map` accepts, each with common field names for it. */
const sources = {
  name: ['test', 'testcase', 'test_name', 'title'],
  classname: ['class', 'class_name'],
  suite: ['testsuite', 'test_suite', 'suite_name'],
  status: ['result', 'outcome', 'passed', 'success', 'ok'],
  time: ['duration', 'seconds', 'duration_ms', 'time_ms'],
  message: ['failure', 'error', 'reason'],
  details: ['trace', 'traceback', 'stacktrace'],
  output: [],
  retries: ['reruns'],
  file: ['filename', 'path'],
  line: [],
  timestamp: ['started', 'started_at', 'date'],
  hostname: ['host', 'node'],
  tests: ['total'],
  failures: ['failed'],
  errors: [],
  skipped: [],
} as const satisfies Record<string, readonly string[]>

export type PlainSource = keyof typeof sources

/** Only suites have these: if a field uses one of them, each suite becomes an object. */
export const ofSuites: ReadonlySet<string> = new Set<PlainSource>(['tests', 'failures', 'errors', 'skipped'])

/** Where the value of a field comes from. */
export type Source =
  | {
      readonly kind: 'text'
      readonly name: PlainSource
      /** The part that its first group matches, or all of it; in linear time. */
      readonly part?: RE2JS | undefined
      /** The source as `--map` has it: `case:/expression/`. */
      readonly written?: string
    }
  | { readonly kind: 'property'; readonly name: string; readonly onlySuites: boolean }

/** The source for a field of this name, without `--map`. */
export function sourceOf(field: string): Source | undefined {
  const lower = field.toLowerCase()
  const names = Object.keys(sources) as PlainSource[]
  const name = names.find((one) => one === lower || sources[one].some((other) => other === lower))
  return name && { kind: 'text', name }
}

/**
 * Parses a source of `--map`: `classname`, `case:/\[(.*)\]/`, `property:image`, `suite-property:image`; undefined for `-`. Throws a
 * usage error that begins with `option`.
 */
export function parseSource(text: string, option: string): Source | undefined {
  if (text === '-') return undefined
  const [, prefix = '', rest = ''] = /^([\w-]+):(.*)$/s.exec(text) ?? []
  if (prefix === 'property' || prefix === 'suite-property') {
    if (rest === '') throw createUsageError(`${option}: give the name of the property, as in ${prefix}:image`)
    return { kind: 'property', name: rest, onlySuites: prefix === 'suite-property' }
  }
  const pattern = /^\/(.*)\/(i?)$/s.exec(rest)
  const name = rest === '' ? text : prefix
  const plain = name === 'case' ? 'name' : name
  if (!Object.hasOwn(sources, plain) || (rest !== '' && !pattern)) {
    throw createUsageError(
      `${option}: test results have no ${JSON.stringify(text)}.${suggest(name, [...Object.keys(sources), 'property', 'case'])}\nThey have: ${Object.keys(sources).join(', ')}; property:NAME, suite-property:NAME; case:/regular expression/ for a part of a name; - for nothing`,
    )
  }
  const [, expression = '', flags = ''] = pattern ?? []
  return {
    kind: 'text',
    name: plain as PlainSource,
    part: pattern ? compile(`${flags ? '(?i)' : ''}${expression}`, option) : undefined,
    written: text,
  }
}

function compile(pattern: string, option: string): RE2JS {
  const wrong = compilePattern(pattern)
  if (wrong) throw createUsageError(`${option}: ${[`${wrong.message}.`, wrong.suggestion].filter(Boolean).join(' ')}`)
  return RE2JS.compile(pattern)
}

/** The part of a text that an expression takes; empty if it does not match. */
export function takePart(part: RE2JS, text: string): string {
  const matcher = part.matcher(text)
  if (!matcher.find()) return ''
  return (matcher.groupCount() > 0 ? matcher.group(1) : matcher.group(0)) ?? ''
}
