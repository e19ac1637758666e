/**
 * Regular expressions of filters: RE2's syntax, translated to that of PostgreSQL. What PostgreSQL has no equal of is refused, so
 * that a pattern never means something else than in RE2.
 */

import { compilePattern } from '../check-pattern.ts'
import { ValueError } from '../field-types/field-type.ts'
import { quote } from '../quote.ts'

const code = 'PATTERN'

/** In characters; RE2's largest program bounds what remains. */
const longestPattern = 1_000
/** PostgreSQL counts no further. */
const mostRepetitions = 255

/** RE2's classes are of ASCII; PostgreSQL's depend on a collation. */
const classes: Readonly<Record<string, string>> = {
  d: '0-9',
  w: '0-9A-Za-z_',
  s: '\\t\\n\\f\\r ',
  '[:alnum:]': '0-9A-Za-z',
  '[:alpha:]': 'A-Za-z',
  '[:blank:]': '\\t ',
  '[:digit:]': '0-9',
  '[:lower:]': 'a-z',
  '[:space:]': '\\t\\n\\v\\f\\r ',
  '[:upper:]': 'A-Z',
  '[:word:]': '0-9A-Za-z_',
  '[:xdigit:]': '0-9A-Fa-f',
}
const word = `[${classes['w']}]`
const boundaries: Readonly<Record<string, string>> = {
  b: `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`,
  B: `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`,
}
const anchors: Readonly<Record<string, string>> = { A: '^', z: '$' }
const controls: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 }

/**
 * The pattern in PostgreSQL's syntax, which matches the same texts. Throws `ValueError` for a pattern that RE2 does not take, that
 * is too large, or that PostgreSQL would read otherwise.
 */
export function translatePattern(pattern: string): string {
  if (pattern.length > longestPattern)
    throw new ValueError(`the pattern has ${pattern.length} characters; at most ${longestPattern} are allowed`, code)
  const wrong = compilePattern(pattern)
  if (wrong) throw new ValueError(wrong.message, code)
  return createTranslation(pattern).translate()
}

function createTranslation(pattern: string) {
  let at = 0
  const refuse = (what: string, instead: string): never => {
    throw new ValueError(`${quote(pattern)} has ${what}, which the database would read otherwise; ${instead}`, code)
  }
  /** `form` is sticky, so that it matches only here. */
  const take = (form: RegExp): RegExpExecArray | undefined => {
    form.lastIndex = at
    const found = form.exec(pattern)
    if (found) at = form.lastIndex
    return found ?? undefined
  }

  function translate(): string {
    let translated = ''
    while (at < pattern.length) translated += takePiece()
    return translated
  }

  /** An atom with its repetition, or what stands between atoms. */
  function takePiece(): string {
    const [open] = take(/\((?:\?:|\?P?<\w+>)?(?!\?)/uy) ?? []
    if (open !== undefined) return '(?:'
    if (take(/\(\?/uy)) return refuse('flags', 'for letters of either case, write mode: insensitive beside matches')
    if (take(/\|/uy)) return '|'
    const anchor = takeAnchor()
    if (anchor !== undefined) {
      if (take(/(?:[*+?]|\{\d+(?:,\d*)?\})/uy)) refuse('a repeated anchor or boundary', 'leave the repetition out')
      return anchor
    }
    return `${takeAtom()}${takeRepetition()}`
  }

  function takeAnchor(): string | undefined {
    const [found, escaped = ''] = take(/(?:[$^]|\\([AzbB]))/uy) ?? []
    return found === undefined || escaped === '' ? found : (anchors[escaped] ?? boundaries[escaped])
  }

  function takeAtom(): string {
    if (take(/\)/uy)) return ')'
    if (take(/\./uy)) return '[^\\n]'
    if (take(/\[/uy)) return takeSet()
    const [, name] = take(/\\([dwsDWS])/uy) ?? []
    if (name !== undefined) return `[${/[A-Z]/.test(name) ? '^' : ''}${classes[name.toLowerCase()]}]`
    return printCharacter(takeCharacter())
  }

  /** Counts that are lazy match the same texts as greedy ones. */
  function takeRepetition(): string {
    const [, sign, least, comma, most] = take(/(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/uy) ?? []
    if (sign !== undefined) return sign
    if (least === undefined) return ''
    if (Math.max(Number(least), Number(most)) > mostRepetitions)
      refuse(`a repetition of more than ${mostRepetitions}`, 'write a smaller count')
    return `{${least}${comma}${most}}`
  }

  /** What stands between square brackets. */
  function takeSet(): string {
    const negated = take(/\^/uy) ? '^' : ''
    let members = ''
    // A bracket that comes first is a member.
    for (let isFirst = true; isFirst || !take(/\]/uy); isFirst = false) {
      const [named] = take(/(?:\[:\^?\w+:\]|\\[dwsDWS])/uy) ?? []
      if (named !== undefined) {
        const known = classes[named.replace('\\', '')]
        members += known ?? refuse(named, 'list the characters')
        continue
      }
      const from = takeCharacter()
      members += take(/-(?!\])/uy) ? `${printCharacter(from)}-${printCharacter(takeCharacter())}` : printCharacter(from)
    }
    return `[${negated}${members}]`
  }

  /** One character, written as it is or by an escape, as its code point. */
  function takeCharacter(): number {
    const [, hex, long, control, sign] =
      take(/\\(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]+)\}|([atnvfr])|([^\p{L}\p{N}]))/uy) ?? []
    const digits = hex ?? long
    if (digits !== undefined) return Number.parseInt(digits, 16) || refuse('the character 0', 'no stored text has it')
    if (control !== undefined) return controls[control] ?? 0
    if (sign !== undefined) return sign.codePointAt(0) ?? 0
    const [escaped] = take(/\\(?:[pP](?:\{\^?\w+\}|\w)|\w)/uy) ?? []
    if (escaped !== undefined) return refuse(escaped, 'write the characters themselves, or a set such as [A-Za-z]')
    const code = pattern.codePointAt(at) ?? 0
    at += code > 0xffff ? 2 : 1
    return code
  }

  return { translate }
}

/** A character that stands for itself, in a set and outside: letters and digits as they are, others by number. */
function printCharacter(code: number): string {
  const character = String.fromCodePoint(code)
  return /^[0-9A-Za-z_]$/.test(character) ? character : `\\U${code.toString(16).padStart(8, '0')}`
}
