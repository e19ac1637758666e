import { fieldTypes } from './field-types/field-types.ts'
import type { FieldTypeName } from './model.ts'
import { quote } from './quote.ts'
import { didYouMean } from './suggest.ts'

export interface WrittenType {
  readonly type: FieldTypeName
  readonly list: boolean
  readonly required: boolean
}

export interface WrongType {
  readonly message: string
  readonly suggestion: string | undefined
}

/**
 * Reads a type as written: `string`, `string!`, `[string]` (a YAML list of one item), `"[string]!"` (text).
 * A list's items are never null, so `[string!]` means the same as `[string]`.
 */
export function parseFieldType(written: unknown): WrittenType | WrongType {
  if (Array.isArray(written)) {
    const [item, ...others] = written
    if (Array.isArray(item) && others.length === 0) return listOfLists
    if (typeof item !== 'string' || others.length > 0) {
      return {
        message: `${quote(written)} is not a list type: a list has one type.`,
        suggestion: 'Write it as [string].',
      }
    }
    if (/[[\]]/.test(item)) return listOfLists
    return read(item, true, false)
  }
  if (typeof written !== 'string') return { message: `${quote(written)} is not a field type.`, suggestion: undefined }
  const list = /^\[ *([^[\]]*?) *\](!?)$/.exec(written)
  return list ? read(list[1] ?? '', true, list[2] === '!') : read(written, false, undefined)
}

const listOfLists: WrongType = { message: 'A list of lists is not supported.', suggestion: 'Use the type json.' }

/** A list has its `!` after the bracket, any other type after the name. */
function read(name: string, list: boolean, listRequired: boolean | undefined): WrittenType | WrongType {
  const bare = name.replace(/!$/, '')
  if (isFieldTypeName(bare)) return { type: bare, list, required: listRequired ?? name !== bare }
  const names = Object.keys(fieldTypes)
  return {
    message: `${quote(name)} is not a field type.`,
    suggestion: synonym(bare) ?? didYouMean(bare, names) ?? `The types are ${names.join(', ')}.`,
  }
}

function isFieldTypeName(name: string): name is FieldTypeName {
  return Object.hasOwn(fieldTypes, name)
}

/** Names of the types in other languages. */
const synonyms: ReadonlyMap<string, FieldTypeName> = new Map([
  ['str', 'string'],
  ['text', 'string'],
  ['char', 'string'],
  ['varchar', 'string'],
  ['url', 'string'],
  ['email', 'string'],
  ['id', 'string'],
  ['number', 'float'],
  ['decimal', 'float'],
  ['double', 'float'],
  ['integer', 'int'],
  ['long', 'bigint'],
  ['bool', 'boolean'],
  ['timestamp', 'datetime'],
  ['time', 'datetime'],
  ['interval', 'duration'],
  ['timespan', 'duration'],
  ['guid', 'uuid'],
  ['semver', 'version'],
  ['map', 'object'],
  ['dict', 'object'],
  ['any', 'json'],
  ['ref', 'reference'],
  ['relation', 'reference'],
])

function synonym(name: string): string | undefined {
  const meant = synonyms.get(name.toLowerCase())
  return meant && `Did you mean "${meant}"?`
}
