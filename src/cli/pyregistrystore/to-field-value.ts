import { withArticle } from '../../template/names/with-article.ts'
import type { TemplateField, TemplateList } from '../connection/template.ts'
import { keyFieldsOf, onlyKeyFieldOf, targetOf } from '../connection/template-names.ts'
import { type TimeZone, toIsoOrder, toUtc } from './local-time.ts'
import type { PythonValue } from './python-value.ts'

/** What converts the values of one object, and where it reports what it finds. */
export interface Conversion {
  readonly templates: TemplateList
  readonly timeZone: TimeZone
  /** Reports a problem, which prevents the import. */
  readonly refuse: Report
  /** Reports a value whose type pyRegistryStore had changed, and the value that is stored instead. */
  readonly repair: Report
}

type Report = (line: number, message: string) => void

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

/** Converts a value of pyRegistryStore to the type of the template's field. Undefined for a refused value. */
export function toFieldValue(given: PythonValue, field: TemplateField, conversion: Conversion): unknown {
  if (given.kind === 'null') {
    if (textTypes.has(field.type) && given.written !== '')
      conversion.repair(
        given.line,
        `${field.name}: ${given.written} in a text field is nothing; it may have been that text. Stored: nothing`,
      )
    return null
  }
  if (!field.list) return toItem(given, field, conversion)
  const items = (given.kind === 'list' ? given.items : [given]).map((item) => toItem(item, field, conversion))
  return items.includes(undefined) ? undefined : items
}

function toItem(given: PythonValue, field: TemplateField, conversion: Conversion): unknown {
  const { name, type } = field
  const refuse = (expected: string): undefined => {
    conversion.refuse(given.line, `${name}: ${describe(given)} is not ${expected}`)
  }
  const repair = (value: unknown, what: string): unknown => {
    conversion.repair(
      given.line,
      `${name}: ${describe(given)} in ${withArticle(type)} field is ${what}. Stored: ${JSON.stringify(value)}`,
    )
    return value
  }
  if (given.kind === 'unknown' || given.kind === 'code') return refuse(`${withArticle(type)}; it has no counterpart`)
  if (type === 'json') return toJson(given)
  if (type === 'reference') return toReference(given, field, conversion)
  if (type === 'object') {
    if (given.kind !== 'dict') return refuse('an object')
    return toMembers(given.entries, field.fields, name, conversion)
  }
  if (given.kind === 'list' || given.kind === 'dict') return refuse(withArticle(type))
  const { written } = given
  if (textTypes.has(type)) {
    if (type === 'enum' && !field.values.includes(written)) return refuse(`one of ${field.values.join(', ')}`)
    const damage = damages[given.kind]
    return damage ? repair(written, damage(written)) : written
  }
  switch (type) {
    case 'boolean': {
      const truth = truths.get(written.toLowerCase())
      if (truth === undefined) return refuse('a boolean')
      return given.kind === 'bool'
        ? truth
        : repair(truth, `${given.kind === 'int' ? 'an integer' : 'a text'}, not a boolean`)
    }
    case 'int':
    case 'bigint': {
      if (!/^[-+]?\d+$/.test(written) || given.kind === 'bool') return refuse('a whole number')
      if (given.kind === 'int' && /^[-+]?0\d/.test(written)) return refuse('a whole number in decimal digits')
      const value = type === 'bigint' ? String(BigInt(written.replace(/^\+/, ''))) : Number(written)
      return given.kind === 'int' ? value : repair(value, 'a text, not a number')
    }
    case 'float': {
      const value = Number(written.replaceAll('_', ''))
      if (written.trim() === '' || !Number.isFinite(value) || given.kind === 'bool') return refuse('a number')
      return given.kind === 'text' ? repair(value, 'a text, not a number') : value
    }
    case 'datetime':
    case 'date': {
      const iso = toIsoOrder(written)
      const time = toUtc(iso, conversion.timeZone)
      if (time === undefined) return refuse(withArticle(type))
      if (type === 'date') {
        if (!/^\d{4}-\d\d-\d\d$/.test(iso)) return refuse('a date without a time')
        return iso === written ? written : repair(iso, 'a text, not a date')
      }
      return given.kind === 'time' ? time : repair(time, 'a text, not a time')
    }
    case 'uuid':
      return given.kind === 'uuid' || given.kind === 'text' ? written : refuse('a UUID')
    default:
      return written
  }
}

/** The value of a reference is its target's key. */
function toReference(given: PythonValue, field: TemplateField, conversion: Conversion): unknown {
  const target = targetOf(field, conversion.templates)
  const only = target && onlyKeyFieldOf(target)
  if (only) return toItem(given, { ...only, name: field.name }, conversion)
  const key = target ? keyFieldsOf(target) : []
  if (given.kind === 'dict') return toMembers(given.entries, key, field.name, conversion)
  const names = key.map(({ name }) => name).join(', ')
  conversion.refuse(given.line, `${field.name}: a key of ${field.to} is ${names}; ${describe(given)} is not such a key`)
  return undefined
}

function toMembers(
  entries: ReadonlyMap<string, PythonValue>,
  fields: readonly TemplateField[],
  name: string,
  conversion: Conversion,
): unknown {
  const members = [...entries].map(([member, given]): [string, unknown] => {
    const field = fields.find((candidate) => candidate.name === member)
    if (field) return [member, toFieldValue(given, { ...field, name: `${name}.${member}` }, conversion)]
    conversion.refuse(given.line, `${name}: there is no member "${member}"`)
    return [member, undefined]
  })
  return members.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(members)
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
      const isExact = given.kind === 'int' ? Number.isSafeInteger(value) : Number.isFinite(value)
      return isExact ? value : given.written
    }
    case 'list':
      return given.items.map(toJson)
    case 'code':
      return null
    case 'dict':
      return Object.fromEntries([...given.entries].map(([name, value]) => [name, toJson(value)]))
    default:
      return given.written
  }
}

function describe(given: PythonValue): string {
  if (given.kind === 'list') return 'a list'
  if (given.kind === 'dict') return 'a mapping'
  if (given.kind === 'code') return 'a method or class'
  return given.kind === 'text' ? JSON.stringify(given.written) : given.written
}
