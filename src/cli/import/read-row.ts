import { findTemplate } from '../arguments/find-template.ts'
import type { Json } from '../arguments/parse-value.ts'
import { suggest } from '../command-line/suggest.ts'
import { type MetaName, metaNames } from '../connection/meta-names.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { keyFieldsOf } from '../connection/template-names.ts'
import { quoteForShell } from '../output/quote-for-shell.ts'
import { parseIfJson, type Reading, readValue } from '../values/read-value.ts'
import {
  isWrittenList,
  isWrittenObject,
  textOf,
  toUntyped,
  type Written,
  type WrittenObject,
} from '../values/written.ts'
import { type AttributeMapping, mapAttributes } from './attribute-mapping.ts'
import { printListPath } from './find-list.ts'
import type { ImportItem } from './import-item.ts'
import type { ImportProblem } from './import-problem.ts'
import type { ImportRow, Input } from './import-row.ts'

/** What the command says of all rows. */
export interface RowReading {
  readonly templates: TemplateList
  /** The template of the rows that name none. */
  readonly template: Template | undefined
  readonly mapping: AttributeMapping
  /** Gets the path of each attribute that no field has (`--ignore-unknown`); without it, such an attribute is a problem. */
  readonly leaveOut: ((template: Template, path: string) => void) | undefined
  /** Gets the attributes of the mapping that a row has. */
  readonly noteFound: (sources: readonly string[]) => void
}

/** The object to write, by its template, or all that is wrong with the row. */
export function readRow(row: ImportRow, reading: RowReading): Omit<ImportItem, 'file'> | Omit<ImportProblem, 'file'> {
  const { line } = row
  if (row.error !== undefined) return { line, message: row.error }
  const problems: string[] = []
  const attempt = <Result>(read: () => Result): Result | undefined => {
    try {
      return read()
    } catch (error) {
      problems.push((error as Error).message)
      return undefined
    }
  }
  const template = attempt(() => chooseTemplate(row.values, reading))
  const input = template && attempt(() => readAttributes(row, template, reading, attempt))
  if (template && input && problems.length === 0) return { line, template, input, size: row.size }
  return { line, message: problems.join(' ') }
}

function chooseTemplate(values: WrittenObject, { templates, template: given, mapping }: RowReading): Template {
  const source = mapping.get('_template') ?? '_template'
  const value = Object.hasOwn(values, source) ? (values[source] as Written) : null
  const name = textOf(value)
  if (name === undefined && value !== null) throw new Error(`${source} is not the name of a template`)
  if (name === undefined || name === '') {
    if (given) return given
    throw new Error('no template is given; give it after the file, or as "_template" in each object')
  }
  if (given && name !== given.name)
    throw new Error(`_template is ${JSON.stringify(name)}, but the template to import is ${given.name}`)
  return findTemplate(templates, name)
}

type Attempt = <Result>(read: () => Result) => Result | undefined

function readAttributes(
  { values, name, columns, nameless = [] }: Extract<ImportRow, { values: WrittenObject }>,
  template: Template,
  { templates, mapping, leaveOut, noteFound }: RowReading,
  attempt: Attempt,
): Input {
  const fields = new Map(template.fields.map((field) => [field.name, field]))
  const { attributes, found } = mapAttributes(values, mapping, (one) => fields.has(one))
  noteFound(found)
  if (name === undefined) assertNoList(attributes, template)
  const reading: Reading = {
    templates,
    areCells: columns !== undefined,
    leaveOut: leaveOut && ((path) => leaveOut(template, path)),
  }
  const input = new Map<string, Json>()
  const additional = new Map<string, Json>()
  const meta = new Map<string, Json>()
  const unknown: string[] = []
  for (const [attribute, value] of Object.entries(attributes)) {
    const field = fields.get(attribute)
    if (field) {
      // Tables whose cells are all in quotes have "" for nothing.
      if (columns && value === '' && !isTextual(field)) continue
      const read = attempt(() => readValue(value, field, reading))
      if (read !== undefined) input.set(attribute, read)
    } else if (attribute === '_template') continue
    else if (attribute === '_meta') {
      if (value !== null && !isWrittenObject(value)) throw new Error('_meta is not an object')
      for (const [one, written] of Object.entries(value ?? {})) addMeta(meta, one, written)
    } else if (attribute.startsWith('_meta.')) {
      if (value !== '') addMeta(meta, attribute.slice('_meta.'.length), value)
    } else if (attribute === '_additional') {
      const object = columns && typeof value === 'string' ? parseIfJson(value, '{') : value
      if (object === null || (columns && value === '')) continue
      if (object === undefined || !isWrittenObject(object)) throw new Error('_additional is not an object')
      for (const [one, written] of Object.entries(object)) additional.set(one, toUntyped(written))
    } else if (template.additionalFields) additional.set(attribute, toUntyped(value))
    else if (leaveOut) leaveOut(template, attribute)
    else unknown.push(attribute)
  }
  for (const column of nameless) {
    if (leaveOut) leaveOut(template, `column ${column}`)
    else attempt(() => refuseNameless(column))
  }
  if (unknown.length > 0) attempt(() => refuseUnknown(unknown, template, columns))
  if (name !== undefined) attempt(() => fillKey(input, name, template, reading))
  if (additional.size > 0) input.set('_additional', Object.fromEntries(additional))
  if (meta.size > 0) input.set('_meta', Object.fromEntries(meta))
  return Object.fromEntries(input)
}

/** Whether the empty text can be a value of the field. */
function isTextual({ type, list }: TemplateField): boolean {
  return !list && (type === 'string' || type === 'version' || type === 'json')
}

/** Accepts `create_time`, the form of the command line, and `createTime`, the form of GraphQL. */
function addMeta(meta: Map<string, Json>, name: string, value: Written): void {
  const untyped = toUntyped(value)
  const isDigits = typeof untyped === 'string' && /^\d+$/.test(untyped)
  meta.set(
    Object.hasOwn(metaNames, name) ? metaNames[name as MetaName] : name,
    name === 'version' && isDigits ? Number(untyped) : untyped,
  )
}

/** The name of an object in its mapping is its key, unless the object has one itself. */
function fillKey(input: Map<string, Json>, name: string, template: Template, reading: Reading): void {
  const missing = keyFieldsOf(template).filter((field) => !input.has(field.name))
  const [field] = missing
  if (!field) return
  if (template.key.length > 1)
    throw new Error(
      `its name ${JSON.stringify(name)} cannot fill the key of ${template.name}, which is several fields: ${template.key.join(', ')}`,
    )
  input.set(field.name, readValue(name, field, reading))
}

function refuseNameless(column: number): never {
  throw new Error(`column ${column} has a value here and no name in the header; --ignore-unknown leaves it out.`)
}

function refuseUnknown(unknown: readonly string[], template: Template, columns: readonly string[] = []): never {
  const names = template.fields.map((field) => field.name)
  const shown = unknown.slice(0, 20).map((name) => JSON.stringify(name))
  const rest = unknown.length > shown.length ? ' …' : ''
  const near = unknown.map((name) => suggest(name, names)).find((text) => text !== '') ?? ''
  const separator = columns.length === 1 ? /[;\t|:]/ : /[;\t|]/
  const delimiter = columns.map((name) => separator.exec(name)?.[0]).find((found) => found !== undefined)
  const advice =
    near === '' && delimiter
      ? ` If ${JSON.stringify(delimiter)} stands between the columns, add --delimiter ${JSON.stringify(delimiter)}.`
      : ' See --map and --ignore-unknown.'
  throw new Error(`${template.name} has no field ${shown.join(', ')}${rest}.${near}${advice}`)
}

/** An object without a key that holds a list or a mapping of objects: those are meant, and not the object itself. */
function assertNoList(attributes: WrittenObject, template: Template): void {
  const others = Object.entries(attributes).filter(([name]) => !template.fields.some((field) => field.name === name))
  if (others.length === 0 || template.key.some((name) => Object.hasOwn(attributes, name))) return
  const has = `this object has no ${template.key.join(', ')}, but`
  const printAt = (path: readonly string[]) => `--at ${quoteForShell(printListPath(path))}`
  const list = findList(Object.fromEntries(others), deepest)
  if (list) throw new Error(`${has} a list of objects; to import that, add ${printAt(list)}`)
  const path = findMapping(attributes, template, deepest)
  if (path) throw new Error(`${has} objects by name; to import these, add ${printAt(path)}`)
}

/** How many levels deep objects are looked for. */
const deepest = 3

/**
 * The path of the mapping of objects that is nearest, up to so many levels deep. Undefined if there is none, or if it is unknown which of
 * several is meant.
 */
function findMapping(value: WrittenObject, template: Template, depth: number): readonly string[] | undefined {
  const isField = (name: string) => template.fields.some((field) => field.name === name)
  const isObject = (one: Written) =>
    one === null || (isWrittenObject(one) && Object.entries(one).every(([name, part]) => isPlain(name, part)))
  const isPlain = (name: string, part: Written) => isField(name) || !isWrittenObject(part)
  const members = Object.values(value)
  if (members.every(isObject) && members.some(isFilled)) return []
  if (depth === 0) return undefined
  const found = Object.entries(value).flatMap(([name, one]) => {
    const path = isWrittenObject(one) && !isField(name) ? findMapping(one, template, depth - 1) : undefined
    return path ? [{ path: [name, ...path], names: Object.keys(one as WrittenObject) }] : []
  })
  const nearest = Math.min(...found.map(({ path }) => path.length))
  const [first, ...others] = found.filter(({ path }) => path.length === nearest)
  if (!first || others.length === 0) return first?.path
  // Objects that have an attribute in common are objects of one kind, and that attribute is none of them.
  const areAlike =
    members.every(isFilled) && first.names.some((name) => others.every(({ names }) => names.includes(name)))
  return areAlike ? [] : undefined
}

function isFilled(value: Written): boolean {
  return isWrittenObject(value) && Object.keys(value).length > 0
}

/** The path of the first list of objects, up to so many levels deep. */
function findList(value: WrittenObject, depth: number): readonly string[] | undefined {
  const entries = Object.entries(value)
  const list = entries.find(([, one]) => isWrittenList(one) && one.length > 0 && one.every(isWrittenObject))
  if (list) return [list[0]]
  if (depth === 1) return undefined
  for (const [name, one] of entries) {
    const path = isWrittenObject(one) ? findList(one, depth - 1) : undefined
    if (path) return [name, ...path]
  }
  return undefined
}
