import { cutText } from './cut-text.ts'
import { type OutcomeKind, type Status, severity, worstOf } from './junit-outcome.ts'

/** What elements and attributes are kept while a file is read. */
export interface Wanted {
  /** The text of failures. */
  readonly details: boolean
  /** What tests print. */
  readonly output: boolean
  /** Names of properties. */
  readonly properties: ReadonlySet<string>
}

/** The most characters of texts that no one writes by hand. */
export const limits = { message: 10_000, details: 100_000, output: 100_000 } as const

/** A failure, an error or the like, of a test or a whole suite. */
export interface Outcome {
  readonly kind: OutcomeKind
  readonly message: string
  readonly details: string
}

export type Attributes = Readonly<Record<string, string>>
export type Properties = Map<string, string[]>

/** A `<testsuite>`, a `<testsuites>`, or the file around them. */
export interface Suite {
  readonly element: 'testsuite' | 'testsuites' | 'file'
  readonly line: number
  /** The suite around it; undefined for the file. */
  readonly parent: Suite | undefined
  /** The names of the suites around it and its own: `net / inner`; that of `<testsuites>` counts only inside no suite. */
  readonly path: string
  readonly attributes: Attributes
  readonly properties: Properties
  readonly outcomes: Outcome[]
  readonly cases: Test[]
  output: string
  /** What has been read inside it. */
  readonly tally: Tally
  /** What it announces, and neither itself nor a suite inside it has. */
  missing: Missing
}

export interface Missing {
  readonly tests: number
  readonly failing: number
}

export interface Test {
  readonly line: number
  readonly suite: Suite
  readonly attributes: Attributes
  readonly properties: Properties
  readonly outcomes: readonly Outcome[]
  readonly status: Status
  readonly output: string
  /** Whether it stands for a suite that failed as a whole. */
  readonly isSuite: boolean
}

interface Tally {
  tests: number
  /** Failures and errors: elements, of which a test may have several. */
  failing: number
  skipped: number
  /** What the suites inside it announce and do not have. */
  missingTests: number
  missingFailing: number
}

/** The results of a file, in its order. */
export interface JunitFile {
  readonly suites: readonly Suite[]
  readonly tests: readonly Test[]
  /** Names of properties that it has, wanted or not: some of them, if there are very many. */
  readonly propertyNames: ReadonlySet<string>
}

/** A `Suite` of its own for each element: counts are added on the way out. */
export function createSuite(
  element: Suite['element'],
  line: number,
  parent: Suite | undefined,
  attributes: Attributes,
): Suite {
  const around = parent?.element === 'testsuite' ? parent.path : ''
  return {
    element,
    line,
    parent,
    attributes,
    path: [around, attributes['name']].filter(Boolean).join(' / ') || (parent?.path ?? ''),
    properties: new Map(),
    outcomes: [],
    cases: [],
    output: '',
    tally: { tests: 0, failing: 0, skipped: 0, missingTests: 0, missingFailing: 0 },
    missing: { tests: 0, failing: 0 },
  }
}

/**
 * The status of a test: that of its elements if they say that it is wrong, else the worst of them and of the words of its attributes.
 * Without either, it has passed.
 */
export function statusOf(outcomes: readonly Outcome[], spoken: readonly Status[]): Status {
  const shown = worstOf(outcomes.flatMap(({ kind }) => (isTry(kind) ? [] : [kind])))
  if (shown && severity[shown] > severity.skipped) return shown
  return worstOf([...(shown ? [shown] : []), ...spoken]) ?? 'passed'
}

/** Counts a test for its suite. */
export function addTest(test: Test): void {
  const { cases, tally } = test.suite
  cases.push(test)
  const failing = test.outcomes.filter(({ kind }) => kind === 'failed' || kind === 'error').length
  const retries = retriesOf(test)
  // Some tools count each try.
  tally.tests += 1 + retries
  if (severity[test.status] > severity.skipped) tally.failing += Math.max(failing, 1)
  tally.failing += retries
  if (test.status === 'skipped') tally.skipped++
}

/** The number of tries before the last one. */
export function retriesOf({ outcomes }: Pick<Test, 'outcomes'>): number {
  return outcomes.filter(({ kind }) => isTry(kind)).length
}

function isTry(kind: OutcomeKind): kind is 'flaky' | 'rerun' {
  return kind === 'flaky' || kind === 'rerun'
}

/** Compares what a suite announces with what has been read, and counts its tests for the suite around it. */
export function closeSuite(suite: Suite): void {
  const { tally, attributes, parent } = suite
  const announced = (name: string) => (/^\s*\d+\s*$/.test(attributes[name] ?? '') ? Number(attributes[name]) : 0)
  // Tests that were not run are not in the files of all tools.
  const unlisted = Math.max(announced('skipped') + announced('disabled') + announced('ignored') - tally.skipped, 0)
  const tests = countsAssertions(attributes)
    ? 0
    : Math.max(announced('tests') - unlisted - tally.tests - tally.missingTests, 0)
  const failing = Math.max(announced('failures') + announced('errors') - tally.failing - tally.missingFailing, 0)
  suite.missing = { tests, failing }
  if (parent) {
    parent.tally.tests += tally.tests
    parent.tally.failing += tally.failing
    parent.tally.skipped += tally.skipped
    parent.tally.missingTests += tally.missingTests + tests
    parent.tally.missingFailing += tally.missingFailing + failing
  }
}

/** Catch2, whose host is always "tbd", and doctest announce the number of assertions. */
function countsAssertions({ hostname, doctest_version: version }: Attributes): boolean {
  return hostname === 'tbd' || version !== undefined
}

/** The messages of the outcomes that decide. */
export function messageOf(outcomes: readonly Outcome[], status: Status): string {
  return cutText(
    textsOf(outcomes, status, ({ message }) => message),
    limits.message,
  )
}

/** The texts of the outcomes that decide: traces, differences. */
export function detailsOf(outcomes: readonly Outcome[], status: Status): string {
  return cutText(
    textsOf(outcomes, status, ({ details }) => details),
    limits.details,
  )
}

function textsOf(outcomes: readonly Outcome[], status: Status, select: (outcome: Outcome) => string): string {
  return outcomes
    .filter(({ kind }) => kind === status)
    .map(select)
    .filter(Boolean)
    .join('\n')
}
