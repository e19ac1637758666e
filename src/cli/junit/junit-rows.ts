import { basename, extname } from 'node:path'
import { cutText } from './cut-text.ts'
import type { Status } from './junit-outcome.ts'
import { detailsOf, type JunitFile, messageOf, retriesOf, type Suite, type Test } from './junit-results.ts'
import type { PlainSource } from './junit-sources.ts'
import { readTime } from './read-time.ts'

const longestLabel = 200

/** What becomes an object: a test or a suite, with its values as the file has them. */
export interface JunitRow {
  readonly line: number
  /** What people know it by. */
  readonly label: string
  readonly status: Status
  /** By source; an absent one is empty. `time` is in seconds, or whatever else the file has. */
  readonly texts: Readonly<Partial<Record<PlainSource, string>>>
  /** The values of a property, in their order: its own, else those of the innermost suite that has it. */
  readonly findProperty: (name: string, onlySuites: boolean) => readonly string[]
  /** What an empty value becomes in a key. */
  readonly inKey: Readonly<Partial<Record<PlainSource, string>>>
}

/** A row for each test, or for each suite that has results. `fileName` names what has no other name. */
export function listRows({ suites, tests }: JunitFile, perSuite: boolean, fileName: string): readonly JunitRow[] {
  const fallback = basename(fileName, extname(fileName))
  if (!perSuite) return tests.map((test) => testRow(test, fallback))
  return suites
    .filter(({ cases, missing }) => cases.length > 0 || missing.tests > 0 || missing.failing > 0)
    .map((suite) => suiteRow(suite, fallback))
}

function testRow(test: Test, fallback: string): JunitRow {
  const { attributes, suite, outcomes, status } = test
  const { name = '', classname = '' } = attributes
  const above = suite.attributes
  const suiteName = suite.path || classname || fallback
  return {
    line: test.line,
    label: printLabel([classname, name || suiteName].filter(Boolean).join(' ')),
    status,
    texts: {
      suite: suite.path,
      name,
      classname,
      status,
      time: attributes['time'] ?? '',
      message: messageOf(outcomes, status),
      details: detailsOf(outcomes, status),
      output: test.output,
      retries: String(retriesOf(test)),
      file: attributes['file'] || above['file'] || '',
      line: attributes['line'] ?? '',
      timestamp: attributes['timestamp'] || above['timestamp'] || '',
      hostname: attributes['hostname'] || above['hostname'] || '',
    },
    findProperty: (name, onlySuites) => {
      const found = onlySuites ? [] : propertyOf(test, name)
      return found.length > 0 ? found : suiteProperty(suite, name)
    },
    inKey: { suite: suiteName, classname: suiteName, name: classname || suiteName },
  }
}

function suiteRow(suite: Suite, fallback: string): JunitRow {
  const { cases, attributes, missing, path, line } = suite
  const count = (status: Status) => cases.filter((one) => one.status === status).length
  // What is announced and not there counts as announced: first as failures.
  const announced = Number(attributes['failures']) || 0
  const missingFailures = Math.min(Math.max(announced - count('failed'), 0), missing.failing)
  const failures = count('failed') + missingFailures
  const errors = count('error') + missing.failing - missingFailures
  const tests = cases.length + missing.tests
  const wrong = cases.filter(({ status }) => status === 'failed' || status === 'error')
  const whole = cases.find(({ isSuite }) => isSuite)
  const status =
    whole?.status ??
    (failures > 0 ? 'failed' : errors > 0 ? 'error' : count('skipped') === tests ? 'skipped' : 'passed')
  const sum = cases.reduce((sum, one) => sum + (readTime(one.attributes['time'] ?? '').value ?? 0), 0)
  const name = path || fallback
  return {
    line,
    label: printLabel(name),
    status,
    texts: {
      suite: path,
      name: path,
      status,
      time: attributes['time'] || String(Number(sum.toFixed(6))),
      tests: String(tests),
      failures: String(failures),
      errors: String(errors),
      skipped: String(count('skipped')),
      timestamp: attributes['timestamp'] ?? '',
      hostname: attributes['hostname'] ?? '',
      file: attributes['file'] ?? '',
      message: wrong.map((one) => firstLine(one)).join('\n'),
      details: wrong.map(({ outcomes, status }) => detailsOf(outcomes, status)).join('\n'),
      output: suite.output,
      retries: String(cases.reduce((sum, one) => sum + retriesOf(one), 0)),
    },
    findProperty: (property) => suiteProperty(suite, property),
    inKey: { suite: name, name },
  }
}

function printLabel(name: string): string {
  return name.length > longestLabel ? `${cutText(name, longestLabel)}…` : name
}

function firstLine({ attributes, outcomes, status }: Test): string {
  return `${attributes['name'] ?? ''}: ${messageOf(outcomes, status).split('\n', 1)[0]}`
}

function suiteProperty(suite: Suite, name: string): readonly string[] {
  for (let around: Suite | undefined = suite; around; around = around.parent) {
    const found = propertyOf(around, name)
    if (found.length > 0) return found
  }
  return []
}

/** GoogleTest and pytest also write properties as attributes. */
function propertyOf({ properties, attributes }: Test | Suite, name: string): readonly string[] {
  const found = properties.get(name)
  if (found) return found
  return Object.hasOwn(attributes, name) ? [attributes[name] as string] : []
}
