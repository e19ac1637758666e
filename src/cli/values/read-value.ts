import { type Json, parseValue } from '../arguments/parse-value.ts'
import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { TemplateField, TemplateList } from '../connection/template.ts'
import { keyFieldsOf, onlyKeyFieldOf, targetOf } from '../connection/template-names.ts'
import { JsonTextError, parseWrittenJson } from './parse-written-json.ts'
import { isWrittenList, isWrittenObject, textOf, toUntyped, type Written } from './written.ts'

/** How values are read. */
export interface Reading {
  /** They have the targets of references. */
  readonly templates: TemplateList
  /** Each value is a cell of a table, which has no lists and objects: they are written as text. */
  readonly areCells?: boolean
  /** Gets the path of each member that its object's field does not have; without it, such a member is an error. */
  readonly leaveOut?: ((path: string) => void) | undefined
}

/**
 * The value of a field as it is sent to the registry, by the field's type: the one reader for all formats and for `set`. Text
 * stays as it is written. Throws an error that names the field and says what it takes.
 */
export function readValue(value: Written, field: TemplateField, reading: Reading): Json {
  if (value === null) return null
  if (!field.list) return readItem(value, field, reading)
  const item = { ...field, list: false }
  return toItems(value, field, reading).map((one) => (one === null ? null : readItem(one, item, reading)))
}

/** A list of one item may be the item alone. */
function toItems(value: Written, field: TemplateField, { areCells }: Reading): readonly Written[] {
  if (isWrittenList(value)) return value
  if (!areCells || typeof value !== 'string') return [value]
  const json = parseIfJson(value, '[')
  return json && isWrittenList(json) ? json : splitCell(value, field)
}

/** `a,b`, as spreadsheets and exports write a list; `a;b` where there is no comma. Objects in a cell are JSON. */
function splitCell(text: string, { type }: TemplateField): readonly string[] {
  if (text.trimStart().startsWith('{') || type === 'json') return [text]
  return text
    .split(text.includes(',') ? ',' : ';')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function readItem(value: Written, field: TemplateField, reading: Reading): Json {
  switch (field.type) {
    case 'json':
      return readJson(value, reading)
    case 'object':
      return readMembers(value, field, field.fields ?? [], reading)
    case 'reference':
      return readReference(value, field, reading)
    default: {
      const text = textOf(value)
      if (text !== undefined) return parseValue(field, text)
      throw createUsageError(`${field.name} takes one ${field.type}, not ${describe(value)}.`)
    }
  }
}

/** In a cell, JSON in brackets is what it says, and everything else is text. */
function readJson(value: Written, { areCells }: Reading): Json {
  const json = areCells && typeof value === 'string' ? (parseIfJson(value, '[') ?? parseIfJson(value, '{')) : undefined
  return toUntyped(json ?? value)
}

/** The value of a reference is its target's key: one value, or an object if the key is several fields. */
function readReference(value: Written, field: TemplateField, reading: Reading): Json {
  const target = targetOf(field, reading.templates)
  const only = target && onlyKeyFieldOf(target)
  if (only) return readItem(value, { ...only, name: field.name, list: false }, reading)
  return readMembers(value, field, target ? keyFieldsOf(target) : [], reading)
}

function readMembers(value: Written, field: TemplateField, members: readonly TemplateField[], reading: Reading): Json {
  const json = typeof value === 'string' ? parseIfJson(value, '{') : value
  if (json === undefined || !isWrittenObject(json)) throw refuseObject(value, field, members)
  const entries: [string, Json][] = []
  for (const [name, one] of Object.entries(json)) {
    const path = `${field.name}.${name}`
    const member = members.find((candidate) => candidate.name === name)
    if (member) entries.push([name, readValue(one, { ...member, name: path }, reading)])
    // The registry describes the members of an object three levels deep.
    else if (members.length === 0) entries.push([name, toUntyped(one)])
    else if (reading.leaveOut && field.type === 'object') reading.leaveOut(path)
    else {
      const names = members.map((candidate) => candidate.name)
      throw createUsageError(
        `${field.name} has no member ${JSON.stringify(name)}.${suggest(name, names)} Its members are: ${names.join(', ')}.`,
      )
    }
  }
  return Object.fromEntries(entries)
}

function refuseObject(value: Written, { name, type, to }: TemplateField, members: readonly TemplateField[]) {
  const isReference = type === 'reference'
  const shown = isReference ? members : members.slice(0, 1)
  const example = shown.map((member) => `${JSON.stringify(member.name)}: …`).join(', ')
  const is = isReference ? `refers to ${to} by several fields` : 'is an object'
  return createUsageError(`${name} ${is}, written as JSON: {${example}}, not ${describe(value)}.`)
}

/** The value of a text that is JSON and begins with this bracket. */
export function parseIfJson(text: string, bracket: '[' | '{'): Written | undefined {
  if (!text.trimStart().startsWith(bracket)) return undefined
  try {
    return parseWrittenJson(text)
  } catch (error) {
    if (error instanceof JsonTextError || error instanceof RangeError) return undefined
    throw error
  }
}

function describe(value: Written): string {
  if (isWrittenList(value)) return 'a list'
  return isWrittenObject(value) ? 'an object' : JSON.stringify(textOf(value)?.slice(0, 80))
}
