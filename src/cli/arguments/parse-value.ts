import { listNames } from '../../template/suggest.ts'
import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { TemplateField } from '../connection/template.ts'

/** A value as it is sent to the registry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** YAML's words for booleans, which pyRegistryStore accepted. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
])

/**
 * A text as a value of a field that is not a list, an object or a reference. It becomes a number or a boolean only if the
 * template says so; any other text stays as it is, and the registry checks it.
 */
export function parseValue(field: TemplateField, text: string): Json {
  switch (field.type) {
    case 'boolean': {
      const value = booleans.get(text.trim().toLowerCase())
      if (value === undefined) throw refuse(field, text, 'is true or false')
      return value
    }
    case 'int': {
      const digits = toWholeDigits(text)
      if (digits === undefined) throw refuse(field, text, 'is a whole number')
      const value = Number(digits)
      // A larger one would be rounded on its way, and be refused as another number.
      if (value < -(2 ** 31) || value >= 2 ** 31)
        throw refuse(field, text, 'is a whole number from -2147483648 to 2147483647')
      return value
    }
    case 'float':
      if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) || !Number.isFinite(Number(text)))
        throw refuse(field, text, 'is a number', /^\s*[+-]?\d+,\d+\s*$/.test(text) ? ' Write it with a point.' : '')
      return Number(text)
    case 'bigint': {
      const digits = toWholeDigits(text)
      if (digits === undefined) throw refuse(field, text, 'is a whole number')
      return digits
    }
    case 'datetime':
      // Milliseconds since 1970 have 13 digits from 2001 to 2286; other lengths could be seconds, or 202601310800.
      return /^\s*\d{13}\s*$/.test(text) ? Number(text) : text.trim()
    case 'enum':
      if (field.values.includes(text)) return text
      throw refuse(field, text, `is one of ${listNames(field.values)}`, suggest(text, field.values))
    case 'date':
    case 'duration':
    case 'uuid':
      return text.trim()
    default:
      return text
  }
}

/** The digits of a whole number, without rounding: `7`, `+7`, `7.0` and `7e3` are whole; undefined for any other text. */
function toWholeDigits(text: string): string | undefined {
  const [, sign = '', whole, fraction = '', power = '0'] =
    /^\s*([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?\s*$/i.exec(text) ?? []
  if (whole === undefined) return undefined
  const digits = whole + fraction
  const length = whole.length + Number(power)
  const isWhole = /^0*$/.test(digits.slice(Math.max(length, 0)))
  if (!isWhole || (length <= 0 && !/^0*$/.test(digits))) return undefined
  const value =
    digits
      .slice(0, Math.max(length, 0))
      .padEnd(length, '0')
      .replace(/^0+(?=\d)/, '') || '0'
  return sign === '-' && value !== '0' ? `-${value}` : value
}

function refuse(field: TemplateField, text: string, what: string, advice = '') {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text
  return createUsageError(`${field.name} ${what}, not ${JSON.stringify(shown)}.${advice}`)
}
