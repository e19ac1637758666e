import { RE2JS } from 're2js'
import { quote } from './quote.ts'

export interface WrongPattern {
  /** Without a period. */
  readonly message: string
  readonly suggestion: string | undefined
}

/**
 * The work of RE2 per character grows with the program that the pattern compiles to. The program contains
 * counted repetitions written out: `^.{0,255}$` has some 500 instructions.
 */
const largestProgram = 1_000

/** Results by pattern: several rules check the same pattern, and many templates share patterns. */
const checked = new Map<string, WrongPattern | undefined>()

/** What is wrong with a pattern, if anything: RE2 must be able to compile it to a program of bounded size. */
export function checkPattern(pattern: string): WrongPattern | undefined {
  if (!checked.has(pattern)) {
    if (checked.size === 10_000) checked.clear()
    checked.set(pattern, compilePattern(pattern))
  }
  return checked.get(pattern)
}

/** The same without keeping the result, for patterns that callers send. */
export function compilePattern(pattern: string): WrongPattern | undefined {
  let program: number
  try {
    program = RE2JS.compile(pattern).programSize()
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error)
    const [known, suggestion] = reasonFor(pattern) ?? []
    if (known !== undefined) return { message: `${quote(pattern)} cannot be matched: ${known}`, suggestion }
    return { message: `${quote(pattern)} is not a regular expression of RE2: ${reason}`, suggestion: undefined }
  }
  if (program <= largestProgram) return undefined
  return {
    message: `${quote(pattern)} is too large: its repetitions, written out, are ${program} steps; at most ${largestProgram} are allowed`,
    suggestion: 'Use minLength and maxLength, or smaller counts.',
  }
}

type Reason = readonly [reason: string, suggestion: string | undefined]

/** Why RE2 refuses a pattern, where its own words would not help. */
function reasonFor(pattern: string): Reason | undefined {
  for (const [sign, ...reason] of unsupported) if (sign.test(pattern)) return reason
  return countsTooFar(pattern) ? tooManyTimes : undefined
}

/** Whether a pattern that RE2 refuses has too large counts and nothing else against it. */
function countsTooFar(pattern: string): boolean {
  const once = pattern.replace(/(?<!\\[xpP])\{(\d+)(?:,(\d*))?\}/g, (count, least: string, most?: string) =>
    most && Number(most) < Number(least) ? count : '{1}',
  )
  try {
    RE2JS.compile(once)
    return true
  } catch {
    return false
  }
}

/** Syntax that other engines have and RE2 does not, with the reason. */
const unsupported: readonly (readonly [sign: RegExp, ...reason: Reason])[] = [
  [/\(\?<?[=!]/, 'RE2 has no lookahead or lookbehind, because they cannot be matched in linear time', undefined],
  [/\\[1-9]|\\k</, 'RE2 has no backreferences, because they cannot be matched in linear time', undefined],
  [
    /\(\?>|[*+?}]\+/,
    'RE2 has no atomic groups or possessive repetitions; it never backtracks, so they are not needed',
    undefined,
  ],
  [/\\u[0-9A-Fa-f]{4}/, 'RE2 has another syntax for characters by number', 'Write \\x{1234} in place of \\u1234.'],
]

const tooManyTimes: Reason = [
  'a repetition counts to more than 1000, or nested repetitions do',
  'Use minLength and maxLength, or smaller counts.',
]
