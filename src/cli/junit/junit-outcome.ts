/** What a test or a suite has come to. */
export type Status = 'passed' | 'failed' | 'error' | 'skipped'

/** How bad an outcome is; of several, the worst counts. */
export const severity: Readonly<Record<Status, number>> = { passed: 0, skipped: 1, error: 2, failed: 3 }

/**
 * What an element says of a test. Surefire and Playwright write each try: `flaky` before one that passed, `rerun` after one that failed.
 * These do not decide.
 */
export type OutcomeKind = Status | 'flaky' | 'rerun'

export const outcomeElements: Readonly<Record<string, OutcomeKind>> = {
  failure: 'failed',
  failed: 'failed',
  error: 'error',
  skipped: 'skipped',
  skip: 'skipped',
  disabled: 'skipped',
  ignored: 'skipped',
  notrun: 'skipped',
  flakyFailure: 'flaky',
  flakyError: 'flaky',
  rerunFailure: 'rerun',
  rerunError: 'rerun',
}

/** Attributes that tools give an outcome in. GoogleTest has both: `status="run" result="skipped"`. */
export const outcomeAttributes = ['status', 'result', 'outcome'] as const

/** The words in these attributes, in small letters and without anything between them: `not run`, `NOT_RUN` and `notrun` are one. */
const words: Readonly<Record<Status, readonly string[]>> = {
  passed:
    'pass passed passing success successful succeeded ok okay run ran completed complete done finished executed fixed good green true yes valid expected warning passedwithwarnings'.split(
      ' ',
    ),
  failed:
    'fail failed failure failures failing ko notok nok red regression bad false no invalid unexpected undefined unstable xpass xpassed assertionfailed'.split(
      ' ',
    ),
  error:
    'error errored errors broken aborted abort crash crashed timeout timedout exception fatal killed interrupted panicked cancelled canceled incomplete stopped hung terminated died'.split(
      ' ',
    ),
  skipped:
    'skip skipped skipping notrun notexecuted notexecutable notrunnable disabled suppressed ignored ignore pending inconclusive excluded exclude todo untested deselected filtered filteredout xfail xfailed expectedfailure notapplicable na blocked none'.split(
      ' ',
    ),
}

const statusOfWord: ReadonlyMap<string, Status> = new Map(
  (Object.keys(words) as Status[]).flatMap((status) => words[status].map((word) => [word, status] as const)),
)

/** Parts of words that are in no list, such as `setup_failed`. A word of which nobody knows what it means must not hide a failure. */
const badPart =
  /fail|error|^err|abort|crash|panic|broke|timeout|timedout|kill|except|fatal|reject|cancel|interrupt|bad|wrong|invalid|unexpect/
const skippedPart = /skip|ignor|disabl|notrun|pend|exclud|suppress|inconclus|omit/

export interface SpokenOutcome {
  readonly status: Status
  /** False for a word of no list, whose meaning is guessed by its parts; `passed` if these say nothing. */
  readonly isKnown: boolean
}

/** What the word of an attribute says; undefined for no word. */
export function readOutcome(text: string | undefined): SpokenOutcome | undefined {
  const parts = text?.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const word = parts.join('')
  if (word === '') return undefined
  // `not run` is one word; NUnit's `Failed:Error` is two.
  const known = statusOfWord.get(word) ?? worstOfAll(parts.map((part) => statusOfWord.get(part)))
  if (known) return { status: known, isKnown: true }
  if (badPart.test(word)) return { status: 'error', isKnown: false }
  return { status: skippedPart.test(word) ? 'skipped' : 'passed', isKnown: false }
}

function worstOfAll(statuses: readonly (Status | undefined)[]): Status | undefined {
  return statuses.includes(undefined) ? undefined : worstOf(statuses.flatMap((status) => status ?? []))
}

/** The worst of several; undefined if there is none. */
export function worstOf(statuses: Iterable<Status>): Status | undefined {
  let worst: Status | undefined
  for (const status of statuses) if (!worst || severity[status] > severity[worst]) worst = status
  return worst
}
