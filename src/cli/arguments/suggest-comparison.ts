import { operatorsElsewhere } from '../command-line/words-people-bring.ts'

/**
 * A comparison as other languages write it, `like '%ubuntu%'`, in ours: `name~*ubuntu*`. `written` begins with the operator.
 * Undefined if none of them has it.
 */
export function suggestComparison(path: string, written: string): string | undefined {
  const [, negation, word = '', rest = ''] = /^(not\s+)?([a-z_]+|[=<>]+)\s*(.*)$/isu.exec(written) ?? []
  const form = Object.hasOwn(operatorsElsewhere, word.toLowerCase())
    ? operatorsElsewhere[word.toLowerCase()]
    : undefined
  if (form === undefined) return undefined
  const values = readValues(rest)
  const comparisons = values.map((value) => `${path}${form(quote(value), value)}`)
  if (values.length === 0) return undefined
  if (!negation) return comparisons.join(' or ')
  return comparisons.length > 1 ? `not (${comparisons.join(' or ')})` : `not ${comparisons[0]}`
}

/** `status is true` → `status=true`. */
export function suggestIs(path: string, isPositive: boolean, value: string): string | undefined {
  return value === '' || value === 'the end' ? undefined : `${path}${isPositive ? '=' : '!='}${quote(value)}`
}

/** `&&`, `||` and a comma join nothing here. */
export function suggestLogic(word: string): string | undefined {
  const joins = /^(&&?|,)/.test(word) ? 'and' : /^\|\|?/.test(word) ? 'or' : undefined
  return joins && `a=1 ${joins} b=2`
}

/** `!lts=true` → `not lts=true`. */
export function suggestNot(text: string, at: number): string | undefined {
  const rest = text.slice(at).trimStart()
  if (!rest.startsWith('!') || text.length > 200) return undefined
  const before = text.slice(0, at).trimEnd()
  return `${before === '' ? '' : `${before} `}not ${rest.slice(1).trimStart()}`
}

/** The value behind an operator, or those of a list in parentheses. */
function readValues(text: string): readonly string[] {
  const one = /^\s*(?:'([^']*)'|"([^"]*)"|([^\s()]+))/u
  const list = /^\s*[([]([^()[\]]*)/u.exec(text)
  return (list ? (list[1] ?? '').split(',') : [text]).flatMap((part) => {
    const [, single, double, bare] = one.exec(part) ?? []
    return single ?? double ?? bare ?? []
  })
}

function quote(value: string): string {
  return value !== '' && /^[^\s()'"=<>]+$/.test(value) ? value : JSON.stringify(value)
}
