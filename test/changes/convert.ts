/** What stored values become when a field's type changes, written from the table in docs/templates.md. */

import { fieldTypes } from '../../src/template/field-types/field-types.ts'
import type { Json } from '../../src/template/json.ts'
import type { Field, FieldTypeName } from '../../src/template/model.ts'
import { type FieldDraft, keyFieldsOf, type TemplateDraft } from './drafts.ts'

type Entries = Readonly<Record<string, Json>>

/** The value in the form of another field; undefined if it does not convert. Both forms name members and fields of keys by id. */
export function convert(
  value: Json,
  from: FieldDraft,
  to: FieldDraft,
  templates: readonly TemplateDraft[],
): Json | undefined {
  const item = { ...from, list: false }
  // A list inside json counts as a list of json.
  if (!Array.isArray(value)) {
    const converted = convertItem(value, item, to, templates)
    return converted !== undefined && to.list ? [converted] : converted
  }
  if (to.list) {
    const converted = value.map((one) => convertItem(one, item, to, templates))
    return converted.every((one) => one !== undefined) ? (converted as Json[]) : undefined
  }
  if (to.type === 'json') return toPlain(value, from, templates)
  return value.length === 1 ? convertItem(value[0] as Json, item, to, templates) : undefined
}

function convertItem(
  value: Json,
  from: FieldDraft,
  to: FieldDraft,
  templates: readonly TemplateDraft[],
): Json | undefined {
  if (value === null) return undefined
  const text = typeof value === 'object' ? undefined : printScalar(value)
  if (text !== undefined && to.convert && Object.hasOwn(to.convert, text)) return to.convert[text]
  if (to.type === 'json') return toPlain(value, from, templates)
  if (Array.isArray(value)) return undefined
  if (to.type === 'reference') return convertKey(value, from, to, templates)
  if (to.type === 'object') return convertObject(value, from, to, templates)
  return typeof value === 'object' ? undefined : convertScalar(value, to)
}

function convertObject(
  value: Json,
  from: FieldDraft,
  to: FieldDraft,
  templates: readonly TemplateDraft[],
): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const result: Record<string, Json> = {}
  const plain = toPlain(value, from, templates) as Entries
  for (const member of to.members) {
    const former = from.type === 'object' ? from.members.find(({ id }) => id === member.id) : undefined
    const given = former ? (value as Entries)[member.id] : from.type === 'object' ? undefined : plain[member.name]
    const isThere = given !== undefined && given !== null
    const converted = isThere ? convert(given, former ?? jsonOf(from), member, templates) : undefined
    if (isThere && converted === undefined) return undefined
    const own = converted ?? (member.required ? member.default : undefined)
    if (own === undefined && member.required) return undefined
    if (own !== undefined) result[member.id] = own
  }
  return result
}

const jsonOf = (field: FieldDraft): FieldDraft => ({ ...field, type: 'json', list: false })

function convertKey(
  value: Json,
  from: FieldDraft,
  to: FieldDraft,
  templates: readonly TemplateDraft[],
): Json | undefined {
  const key = keyFieldsOf(to, templates)
  const plain = toPlain(value, from, templates)
  const [only, ...others] = key
  if (only && others.length === 0) return convertItem(plain, jsonOf(from), only, templates)
  if (typeof plain !== 'object' || plain === null || Object.keys(plain).length !== key.length) return undefined
  const parts = key.map((part) => [
    part.id,
    convertItem((plain as Entries)[part.name] ?? null, jsonOf(from), part, templates),
  ])
  return parts.every(([, one]) => one !== undefined) ? (Object.fromEntries(parts) as Json) : undefined
}

const texts: ReadonlySet<FieldTypeName> = new Set(['datetime', 'duration', 'uuid'])

function convertScalar(value: string | number | boolean, to: FieldDraft): Json | undefined {
  const text = printScalar(value)
  const number = typeof value === 'number' ? value : undefined
  switch (to.type) {
    case 'string':
      return text
    case 'version':
      return text.length <= 128 ? text : undefined
    case 'enum':
      return to.values.includes(text) ? text : undefined
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : undefined
    case 'int': {
      const whole = number ?? (/^[+-]?\d{1,40}$/.test(text) ? Number(text) : undefined)
      return whole === undefined ? undefined : parse('int', whole)
    }
    case 'bigint':
      if (number !== undefined && !Number.isInteger(number)) return undefined
      return parse('bigint', number === undefined ? text : printNumber(number))
    case 'float':
      if (number !== undefined) return number
      return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$/.test(text) ? parse('float', Number(text)) : undefined
    case 'date':
      return typeof value === 'string' ? parse('date', text.replace(/T00:00:00\.000Z$/, '')) : undefined
    default:
      return texts.has(to.type) && typeof value === 'string' ? parse(to.type, text) : undefined
  }
}

function parse(type: FieldTypeName, value: unknown): Json | undefined {
  try {
    return fieldTypes[type].parse(value, {} as Field, { isFilter: false, templateOf: never, parseMember: never })
  } catch {
    return undefined
  }
}

function never(): never {
  throw new Error('a scalar has neither members nor a target')
}

const printScalar = (value: string | number | boolean) =>
  typeof value === 'number' ? printNumber(value) : String(value)

/** The way back: what `convert` made of a text becomes the value with that text again; of several the first, by code point. */
export function invert(
  convert: Readonly<Record<string, Json>>,
  form: FieldDraft,
  templates: readonly TemplateDraft[],
): Readonly<Record<string, Json>> {
  const entries = Object.entries(convert).flatMap(([text, result]) => {
    const value = valueWithText(text, { ...form, list: false }, templates)
    return value === undefined || typeof result === 'object' ? [] : [[printScalar(result), value, text] as const]
  })
  const ordered = entries.sort(([, , one], [, , other]) => (one < other ? 1 : -1))
  return Object.fromEntries(ordered.map(([result, value]) => [result, value]))
}

/** The value of the type that is stored for this text; undefined if there is none. */
function valueWithText(text: string, form: FieldDraft, templates: readonly TemplateDraft[]): Json | undefined {
  if (form.type === 'json') return text
  if (form.type === 'object') return undefined
  if (form.type === 'reference') {
    const [only, ...others] = keyFieldsOf(form, templates)
    return only && others.length === 0 ? valueWithText(text, only, templates) : undefined
  }
  const value = convertScalar(text, form)
  return value !== undefined && typeof value !== 'object' && printScalar(value) === text ? value : undefined
}

/** As PostgreSQL prints a number: all digits, no exponent. */
function printNumber(number: number): string {
  return Number.isInteger(number) ? BigInt(number).toString() : String(number)
}

/** The value as a file or `_document` has it: with names instead of ids, and without what the form no longer names. */
export function toPlain(value: Json, form: FieldDraft, templates: readonly TemplateDraft[]): Json {
  if (Array.isArray(value) && form.type !== 'json') return value.map((item) => toPlain(item, form, templates))
  if (typeof value !== 'object' || value === null || form.type === 'json') return value
  const fields = form.type === 'object' ? form.members : keyFieldsOf(form, templates)
  return Object.fromEntries(
    fields.flatMap((field) => {
      const inner = (value as Entries)[field.id]
      return inner === undefined || inner === null ? [] : [[field.name, toPlain(inner, field, templates)]]
    }),
  )
}
