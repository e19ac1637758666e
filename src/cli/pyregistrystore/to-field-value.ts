import type { Template, TemplateField } from '../connection/template.ts'
import { keyFieldsOf } from '../connection/template-names.ts'
import { toUtc } from './local-time.ts'
import type { PythonValue } from './python-value.ts'

/** A converted value, and what to report: a `problem` prevents the import, a `repair` is stored. */
export interface FieldValue {
  readonly value?: unknown
  readonly problems: readonly Note[]
  readonly repairs: readonly Note[]
}

interface Note {
  readonly line: number
  readonly message: string
}

export interface ConversionContext {
  readonly templates: ReadonlyMap<string, Template>
  readonly timeZone: string
}

const textTypes = new Set(['string', 'version', 'enum'])
const truths = new Map([
  ...['true', 'yes', 'on', 'y', 't', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', 'n', 'f', '0'].map((word) => [word, false] as const),
])

/** The texts that pyRegistryStore may have changed to a value of another type. */
const damages: Partial<Record<PythonValue['kind'], (written: string) => string>> = {
  int: (written) => `an integer; it may have been written otherwise, such as "00${written.replace(/^[-+]/, '')}"`,
  float: (written) => `a number; it may have been written otherwise, such as "${written}0"`,
  bool: (written) =>
    `a boolean; it may have been written ${truths.get(written.toLowerCase()) ? '"yes", "on", "y", "t" or "True"' : '"no", "off", "n", "f" or "False"'}`,
  time: () => 'a date; it may have been written otherwise',
}

/** Converts a value of pyRegistryStore to the type of the template's field. */
export function toFieldValue(given: PythonValue, field: TemplateField, context: ConversionContext): FieldValue {
  if (given.kind === 'null') {
    const isText = textTypes.has(field.type) && given.written !== ''
    const repairs = isText
      ? [
          {
            line: given.line,
            message: `${field.name}: ${given.written} in a text field is nothing; it may have been that text. Stored: nothing`,
          },
        ]
      : []
    return { value: null, problems: [], repairs }
  }
  if (!field.list) return toItem(given, field, context)
  const items = given.kind === 'list' ? given.items : [given]
  const results = items.map((item) => toItem(item, field, context))
  return {
    value: results.map((result) => result.value),
    problems: results.flatMap((result) => result.problems),
    repairs: results.flatMap((result) => result.repairs),
  }
}

function toItem(given: PythonValue, field: TemplateField, context: ConversionContext): FieldValue {
  const { name, type } = field
  const refuse = (expected: string): FieldValue => ({
    problems: [{ line: given.line, message: `${name}: ${describe(given)} is not ${expected}` }],
    repairs: [],
  })
  const accept = (value: unknown): FieldValue => ({ value, problems: [], repairs: [] })
  const repair = (value: unknown, what: string): FieldValue => ({
    value,
    problems: [],
    repairs: [
      {
        line: given.line,
        message: `${name}: ${describe(given)} in a ${type} field is ${what}. Stored: ${JSON.stringify(value)}`,
      },
    ],
  })
  if (given.kind === 'unknown') return refuse(`a ${type}; it has no counterpart`)
  if (type === 'json') return accept(toJson(given))
  if (type === 'reference') return toReference(given, field, context)
  if (type === 'object') {
    if (given.kind !== 'dict') return refuse('an object')
    return toMembers(given.entries, field.fields, name, context)
  }
  if (given.kind === 'list' || given.kind === 'dict') return refuse(`a ${type}`)
  const { written } = given
  if (textTypes.has(type)) {
    if (type === 'enum' && !field.values.includes(written)) return refuse(`one of ${field.values.join(', ')}`)
    const damage = damages[given.kind]
    return damage ? repair(written, damage(written)) : accept(written)
  }
  switch (type) {
    case 'boolean': {
      const truth = truths.get(written.toLowerCase())
      if (truth === undefined) return refuse('a boolean')
      return given.kind === 'bool'
        ? accept(truth)
        : repair(truth, `${given.kind === 'int' ? 'an integer' : 'a text'}, not a boolean`)
    }
    case 'int':
    case 'bigint': {
      if (!/^[-+]?\d+$/.test(written) || given.kind === 'bool') return refuse('a whole number')
      if (given.kind === 'int' && /^[-+]?0\d/.test(written)) return refuse('a whole number in decimal digits')
      const value = type === 'bigint' ? String(BigInt(written.replace(/^\+/, ''))) : Number(written)
      return given.kind === 'int' ? accept(value) : repair(value, 'a text, not a number')
    }
    case 'float': {
      const value = Number(written.replaceAll('_', ''))
      if (written.trim() === '' || !Number.isFinite(value) || given.kind === 'bool') return refuse('a number')
      return given.kind === 'text' ? repair(value, 'a text, not a number') : accept(value)
    }
    case 'datetime':
    case 'date': {
      const time = toUtc(written, context.timeZone)
      if (time === undefined) return refuse(`a ${type}`)
      if (type === 'date') return /^\d{4}-\d\d-\d\d$/.test(written) ? accept(written) : refuse('a date without a time')
      return given.kind === 'time' ? accept(time) : repair(time, 'a text, not a time')
    }
    case 'uuid':
      return given.kind === 'uuid' || given.kind === 'text' ? accept(written) : refuse('a UUID')
    default:
      return accept(written)
  }
}

/** The value of a reference is its target's key. */
function toReference(given: PythonValue, field: TemplateField, context: ConversionContext): FieldValue {
  const target = context.templates.get(field.to ?? '')
  const key = target ? keyFieldsOf(target) : []
  const [only] = key
  if (only && key.length === 1) return toItem(given, { ...only, name: field.name }, context)
  if (given.kind === 'dict') return toMembers(given.entries, key, field.name, context)
  const message = `${field.name}: a key of ${field.to} is ${key.map(({ name }) => name).join(', ')}; ${describe(given)} is not such a key`
  return { problems: [{ line: given.line, message }], repairs: [] }
}

function toMembers(
  entries: ReadonlyMap<string, PythonValue>,
  fields: readonly TemplateField[],
  name: string,
  context: ConversionContext,
): FieldValue {
  const problems: Note[] = []
  const repairs: Note[] = []
  const members: [string, unknown][] = []
  for (const [member, given] of entries) {
    const field = fields.find((candidate) => candidate.name === member)
    if (!field) {
      problems.push({ line: given.line, message: `${name}: there is no member "${member}"` })
      continue
    }
    const result = toFieldValue(given, { ...field, name: `${name}.${member}` }, context)
    problems.push(...result.problems)
    repairs.push(...result.repairs)
    members.push([member, result.value])
  }
  return { value: Object.fromEntries(members), problems, repairs }
}

/** For fields of any JSON and for additional attributes. */
export function toJson(given: PythonValue): unknown {
  switch (given.kind) {
    case 'null':
      return null
    case 'bool':
      return truths.get(given.written.toLowerCase()) ?? given.written
    case 'int':
    case 'float': {
      const value = Number(given.written)
      return given.kind === 'int'
        ? Number.isSafeInteger(value)
          ? value
          : given.written
        : Number.isFinite(value)
          ? value
          : given.written
    }
    case 'list':
      return given.items.map(toJson)
    case 'dict':
      return Object.fromEntries([...given.entries].map(([name, value]) => [name, toJson(value)]))
    default:
      return given.written
  }
}

function describe(given: PythonValue): string {
  if (given.kind === 'list') return 'a list'
  if (given.kind === 'dict') return 'a mapping'
  return given.kind === 'text' ? JSON.stringify(given.written) : given.written
}
