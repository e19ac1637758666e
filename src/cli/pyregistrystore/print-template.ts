import type { FieldPlan } from './plan-field.ts'
import type { Remark } from './python/source.ts'

export interface TemplatePlan {
  readonly name: string
  plural?: string
  readonly description: string
  readonly key: readonly string[]
  readonly additionalFields: boolean
  readonly fields: readonly FieldPlan[]
}

/** Prints a template's file, with what is not carried over in comments. */
export function printTemplate(plan: TemplatePlan, notes: readonly Remark[]): string {
  const { name, plural, description, key, additionalFields, fields } = plan
  const width = Math.max(0, ...fields.map((field) => field.name.length)) + 1
  return [
    ...(notes.length > 0 ? ['# Not carried over:', ...notes.map((note) => `#   ${printRemark(note)}`)] : []),
    `name: ${name}`,
    ...(plural ? [`plural: ${plural}`] : []),
    ...(description ? [`description: ${printText(description)}`] : []),
    `key: [${key.join(', ')}]`,
    ...(additionalFields ? ['additionalFields: true'] : []),
    'fields:',
    ...fields.map((field) => `  ${`${field.name}:`.padEnd(width)} { ${printField(field)} }`),
    '',
  ].join('\n')
}

/** `person.py:12: port: …`, on one line whatever the source is. */
export function printRemark({ file, line, message }: Remark): string {
  return `${file}:${line}: ${message}`.replace(unprintable, ' ')
}

function printField({ type, description, fallback, values }: FieldPlan): string {
  return [
    `type: ${type.startsWith('[') ? JSON.stringify(type) : type}`,
    ...(values.length > 0 ? [`values: [${values.map(printText).join(', ')}]`] : []),
    ...(description ? [`description: ${printText(description)}`] : []),
    ...(fallback === undefined ? [] : [`default: ${printValue(fallback)}`]),
  ].join(', ')
}

function printValue(value: unknown): string {
  if (typeof value === 'string') return printText(value)
  // Text keeps the digits that a number of YAML would lose.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? String(value) : `"${value}"`
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(1) : String(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`
  const entries = Object.entries(value).map(([name, one]) => `${printText(name)}: ${printValue(one)}`)
  return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}'
}

/** Without quotes if YAML then reads the same text, here and within braces. */
function printText(text: string): string {
  const isPlain =
    /^[A-Za-zА-Яа-яЁё][\wА-Яа-яЁё ()/.-]*$/u.test(text) &&
    !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text) &&
    !text.endsWith(' ')
  if (isPlain) return text
  return JSON.stringify(text).replace(unprintable, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Control characters and line ends, which YAML and a terminal would not take as text. */
const unprintable = /[\p{Cc}\u2028\u2029\ufeff]/gu
