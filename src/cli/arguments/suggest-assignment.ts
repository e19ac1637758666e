import { createUsageError } from '../cli-error.ts'
import { operatorsElsewhere } from '../command-line/words-people-bring.ts'
import type { Template } from '../connection/template.ts'
import { printExcerpt, printInline } from '../output/print-safely.ts'
import { quoteForShell } from '../output/quote-for-shell.ts'

/**
 * What to write in place of an operand that is not `field=value`, such as `ubuntu`, or `distr` with `following` operands `=` and
 * `ubuntu`; empty if it is unknown what was meant.
 */
export function suggestAssignment(text: string, template: Template, following: readonly string[]): string {
  if (text.startsWith('=')) return ''
  if (template.fields.some(({ name }) => name === text)) return suggestJoined(text, following)
  const { name, sign } = splitComparison(text, template) ?? {}
  if (name !== undefined && sign !== ':') return suggestWhere(text)
  const key = name ?? template.key[0]
  return key === undefined ? '' : suggestValue(key, name === undefined ? text : text.slice(name.length + 1).trim())
}

/** For a field whose value is another operand. */
function suggestJoined(name: string, [sign, value]: readonly string[]): string {
  if (sign === undefined || /[^=]=/.test(sign)) return ''
  if (/^==?$/.test(sign)) return suggestValue(name, value ?? '')
  const isOperator = /^[!=<>~]+$/.test(sign) || Object.hasOwn(operatorsElsewhere, sign.toLowerCase())
  return isOperator ? suggestWhere([name, sign, value ?? ''].join(' ').trim()) : suggestValue(name, sign)
}

function suggestValue(name: string, value: string): string {
  return value === '' || value.length > 100 ? '' : ` Did you mean ${printInline(quoteForShell(`${name}=${value}`))}?`
}

/** Throws a usage error for `size>=5` and `name!=a`, which are not assignments to fields called `size>` and `name!`. */
export function assertNoComparison(text: string, template: Template): void {
  const { sign = '' } = splitComparison(text, template) ?? {}
  if (/^[!<>~]/.test(sign)) throw createUsageError(`${JSON.stringify(text)} is not field=value.${suggestWhere(text)}`)
}

/** The field that a text begins with, and the sign behind it. */
function splitComparison(text: string, template: Template): { name: string; sign: string } | undefined {
  const [, name = '', sign = ''] = /^([^\s=<>~!]*?)\s*(!=|!~|<=|>=|<>|[<>~!:]|\s\S+\s)/su.exec(text) ?? []
  return template.fields.some((field) => name === field.name || name.startsWith(`${field.name}.`))
    ? { name, sign }
    : undefined
}

function suggestWhere(text: string): string {
  return ` Write it as --where ${printExcerpt(quoteForShell(text))}`
}
